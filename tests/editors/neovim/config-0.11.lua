-- Neovim 0.11 and later: put this into init.lua.
vim.filetype.add({
  pattern = { [".*[.]dockerignore"] = "gitignore", [".*[.]containerignore"] = "gitignore" },
})
vim.lsp.config("shipworthy", {
  cmd = { "shipworthy", "lsp", "--stdio" },
  filetypes = { "dockerfile", "yaml", "yaml.docker-compose", "gitignore", "toml" },
  root_markers = { "shipworthy.toml", ".git", "pyproject.toml" },
})
vim.lsp.enable("shipworthy")
