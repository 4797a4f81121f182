;; With the published configuration: a finding behind characters outside the basic plane stands at
;; the right column, and its fix makes the file that is missing.
(dolist (folder (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*"))
  (add-to-list 'load-path folder))
(require 'eglot)
(require 'flymake)

;; Eglot asks before it edits a file that no buffer visits; a user says yes.
(advice-add 'y-or-n-p :override (lambda (&rest _) t))

(defconst before "COPY --chown=🐳:🐳 ")

(defun check (condition words &rest arguments)
  (unless condition
    (message "%s" (apply #'format words arguments))
    (kill-emacs 1)))

(defun wait (what condition)
  (let ((end (+ (float-time) 20)))
    (while (not (funcall condition))
      (check (< (float-time) end) "timed out: %s" what)
      (accept-process-output nil 0.02))))

(defun leak ()
  (flymake-start)
  (cl-find "copies the host" (flymake-diagnostics)
           :test (lambda (words diagnostic)
                   (string-search words (flymake-diagnostic-text diagnostic)))))

;; The mode of a package that Emacs itself lacks.
(define-derived-mode dockerfile-mode prog-mode "Dockerfile")

(let* ((parts (split-string (getenv "SHIPWORTHY_TEST") "\n"))
       (config (nth 0 parts)) (root (nth 1 parts))
       (ignore (expand-file-name ".dockerignore" root))
       (eglot-sync-connect 20))
  (load config nil t)
  (find-file (expand-file-name "Dockerfile" root))
  (dockerfile-mode)
  (let ((server (apply #'eglot--connect (eglot--guess-contact))))
    (wait "the error" #'leak)
    (let* ((found (leak))
           (start (flymake-diagnostic-beg found)) (end (flymake-diagnostic-end found)))
      (goto-char start)
      (check (equal (buffer-substring-no-properties (line-beginning-position) start) before)
             "the error begins behind `%s'"
             (buffer-substring-no-properties (line-beginning-position) start))
      (check (= (- end start) 1) "the error marks %d characters" (- end start))
      (let* ((raised (cdr (assoc 'eglot-lsp-diag (flymake-diagnostic-data found))))
             (actions (jsonrpc-request
                       server :textDocument/codeAction
                       (list :textDocument (eglot--TextDocumentIdentifier)
                             :range (list :start (eglot--pos-to-lsp-position start)
                                          :end (eglot--pos-to-lsp-position end))
                             :context (list :diagnostics (vector raised) :only ["quickfix"])))))
        (eglot--apply-workspace-edit (plist-get (aref actions 0) :edit))))
    (with-current-buffer (find-buffer-visiting ignore)
      (check (string-prefix-p "**/.venv" (buffer-string)) "the new file holds %s" (buffer-string))
      (save-buffer))
    (jsonrpc-notify server :workspace/didChangeWatchedFiles
                    (list :changes (vector (list :uri (eglot--path-to-uri ignore) :type 1))))
    (wait "the error to vanish" (lambda () (not (leak))))
    (message "right column in Emacs %s" emacs-version)
    (ignore-errors (eglot-shutdown server))
    (kill-emacs 0)))
