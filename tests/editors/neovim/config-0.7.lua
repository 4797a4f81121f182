-- Neovim 0.7 to 0.10: put this into init.lua.
local clients = {}

local function root_of(file)
  local git = vim.fn.finddir(".git", vim.fn.fnamemodify(file, ":h") .. ";")
  return vim.fn.fnamemodify(git ~= "" and git or file, ":p" .. (git ~= "" and ":h:h" or ":h"))
end

vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile" }, {
  pattern = {
    "*[Dd]ockerfile*", "*[Cc]ontainerfile*", "*.dockerignore", "*.containerignore",
    "*.yaml", "*.yml", "pyproject.toml", "shipworthy.toml", "uv.lock",
  },
  callback = function(event)
    local root = root_of(event.match)
    clients[root] = clients[root] or vim.lsp.start_client({
      name = "shipworthy",
      cmd = { "shipworthy", "lsp", "--stdio" },
      root_dir = root,
      workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
    })
    vim.lsp.buf_attach_client(event.buf, clients[root])
  end,
})
