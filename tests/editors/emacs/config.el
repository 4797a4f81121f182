;; Emacs 28 and later with Eglot: put this into init.el.
(define-derived-mode dockerignore-mode conf-unix-mode "Dockerignore")
(add-to-list 'auto-mode-alist '("\\.\\(docker\\|container\\)ignore\\'" . dockerignore-mode))
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((dockerfile-mode dockerfile-ts-mode yaml-mode yaml-ts-mode dockerignore-mode)
                 . ("shipworthy" "lsp" "--stdio"))))
(dolist (hook '(dockerfile-mode-hook dockerfile-ts-mode-hook dockerignore-mode-hook
                yaml-mode-hook yaml-ts-mode-hook))
  (add-hook hook 'eglot-ensure))
