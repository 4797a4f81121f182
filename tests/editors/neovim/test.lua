-- Opens the article's Dockerfile, sees the error, applies the quick fix to the other file, and sees
-- the error vanish. Works in Neovim 0.7 and later; prints one line and leaves with 0 or 1.
local python, root, dockerfile, ignore = unpack(vim.split(vim.env.SHIPWORTHY_TEST, "\n"))
local LEAK = "copy-includes-host-venv"
local SECONDS = 20

local function finish(code, words)
  io.stdout:write(words .. "\n")
  io.stdout:flush()
  vim.cmd(code == 0 and "qall!" or "cquit 1")
end

local function wait(what, condition)
  if not vim.wait(SECONDS * 1000, condition, 10) then
    finish(1, "timed out: " .. what)
  end
end

local popup = nil
vim.lsp.handlers["window/showMessage"] = function(_, result)
  popup = result.message
end

local client_id = vim.lsp.start_client({
  name = "shipworthy",
  cmd = { python, "-m", "shipworthy.cli.main", "lsp", "--stdio" },
  root_dir = root,
  workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
})
vim.cmd("edit " .. dockerfile)
vim.bo.filetype = "dockerfile"
local buffer = vim.api.nvim_get_current_buf()
vim.lsp.buf_attach_client(buffer, client_id)

local function leak()
  for _, item in ipairs(vim.diagnostic.get(buffer)) do
    if item.code == LEAK or (item.user_data and item.user_data.lsp.code == LEAK) then
      return item
    end
  end
end

wait("the error", leak)
local found = leak()
local line = vim.api.nvim_buf_get_lines(buffer, found.lnum, found.lnum + 1, false)[1]
local marked = line:sub(found.col + 1, found.end_col)
if marked ~= "backend/" then
  finish(1, "the error marks " .. marked)
end

-- 0.7 has no `apply` for code actions: the first one offered is chosen here as a user would.
vim.ui.select = function(items, _, choose)
  choose(items[1], 1)
end
vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
vim.lsp.buf.code_action({ only = { "quickfix" } })

local other = nil
wait("the edit of the other file", function()
  other = vim.fn.bufnr(ignore)
  if other < 0 then
    return false
  end
  local text = table.concat(vim.api.nvim_buf_get_lines(other, 0, -1, false), "\n")
  return text:find("**/.venv", 1, true) ~= nil
end)
vim.lsp.buf_attach_client(other, client_id)
wait("the error to vanish", function()
  return leak() == nil
end)
vim.api.nvim_buf_call(other, function()
  vim.cmd("silent write")
end)
if popup then
  finish(1, "a pop-up: " .. popup)
end
finish(0, "fixed with Neovim " .. tostring(vim.version().major) .. "." .. tostring(vim.version().minor))
