;; Opens the article's Dockerfile with Eglot, sees the error, applies the quick fix to the other
;; file, and sees the error vanish.  Leaves with 0 or 1 and says why.
(dolist (folder (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*"))
  (add-to-list 'load-path folder))
(require 'eglot)
(require 'flymake)

;; Eglot asks before it edits a file that no buffer visits; a user says yes.
(advice-add 'y-or-n-p :override (lambda (&rest _) t))

(defun shipworthy-wait (what condition)
  (let ((end (+ (float-time) 20)))
    (while (not (funcall condition))
      (when (> (float-time) end)
        (message "timed out: %s" what)
        (kill-emacs 1))
      (accept-process-output nil 0.02))))

(let* ((parts (split-string (getenv "SHIPWORTHY_TEST") "\n"))
       (python (nth 0 parts)) (dockerfile (nth 1 parts)) (ignore (nth 2 parts))
       (eglot-confirm-server-initiated-edits nil)
       (eglot-sync-connect 20)
       (server nil))
  (define-derived-mode shipworthy-test-mode prog-mode "Dockerfile")
  (add-to-list 'eglot-server-programs
               `(shipworthy-test-mode . (,python "-m" "shipworthy.cli.main" "lsp")))
  (find-file dockerfile)
  (shipworthy-test-mode)
  (setq server (apply #'eglot--connect (eglot--guess-contact)))
  (cl-flet ((leak () (cl-find "copies the host" (flymake-diagnostics)
                              :test (lambda (words diagnostic)
                                      (string-search words (flymake-diagnostic-text diagnostic))))))
    (shipworthy-wait "the error" (lambda () (flymake-start) (leak)))
    (let* ((found (leak)) (start (flymake-diagnostic-beg found)) (end (flymake-diagnostic-end found))
           (marked (buffer-substring-no-properties start end)))
      (unless (equal marked "backend/")
        (message "the error marks %s" marked)
        (kill-emacs 1))
      (let* ((diagnostics (vconcat (list (cdr (assoc 'eglot-lsp-diag (flymake-diagnostic-data found))))))
             (actions (jsonrpc-request
                       server :textDocument/codeAction
                       (list :textDocument (eglot--TextDocumentIdentifier)
                             :range (list :start (eglot--pos-to-lsp-position start)
                                          :end (eglot--pos-to-lsp-position end))
                             :context (list :diagnostics diagnostics :only ["quickfix"])))))
        (eglot--apply-workspace-edit (plist-get (aref actions 0) :edit))))
    (with-current-buffer (find-buffer-visiting ignore)
      (save-buffer))
    (jsonrpc-notify server :workspace/didChangeWatchedFiles
                    (list :changes (vector (list :uri (eglot--path-to-uri ignore) :type 2))))
    (shipworthy-wait "the error to vanish" (lambda () (flymake-start) (not (leak))))
    (message "fixed with Emacs %s" emacs-version)
    (ignore-errors (eglot-shutdown server))
    (kill-emacs 0)))
