-- With the published configuration: a finding behind characters outside the basic plane stands at
-- the right column, and its fix makes the file that is missing.
local config, root, encoding = unpack(vim.split(vim.env.SHIPWORTHY_TEST, "\n"))
local LEAK = "copy-includes-host-venv"
local BEFORE = "COPY --chown=🐳:🐳 "
local SECONDS = 20

local function finish(code, words)
  io.stdout:write(words .. "\n")
  io.stdout:flush()
  vim.cmd(code == 0 and "qall!" or "cquit 1")
end

local function check(condition, words)
  if not condition then
    finish(1, words)
  end
end

local function wait(what, condition)
  check(vim.wait(SECONDS * 1000, condition, 10), "timed out: " .. what)
end

vim.cmd("filetype on")
dofile(config)
vim.cmd("edit " .. root .. "/Dockerfile")
local buffer = vim.api.nvim_get_current_buf()

local function leak()
  for _, item in ipairs(vim.diagnostic.get(buffer)) do
    if item.code == LEAK or (item.user_data and item.user_data.lsp.code == LEAK) then
      return item
    end
  end
end

wait("the error", leak)
local found = leak()
check(found.col == #BEFORE, "the error begins at byte " .. found.col)
check(found.end_col == #BEFORE + 1, "the error ends at byte " .. found.end_col)
for _, client in pairs(vim.lsp.buf_get_clients(buffer)) do
  check(client.offset_encoding == encoding, "the encoding is " .. client.offset_encoding)
end

vim.ui.select = function(items, _, choose)
  choose(items[1], 1)
end
vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
vim.lsp.buf.code_action({ only = { "quickfix" } })
local ignore = root .. "/.dockerignore"
wait("the new file", function()
  local other = vim.fn.bufnr(ignore)
  return other > 0 and vim.api.nvim_buf_get_lines(other, 0, 1, false)[1] == "**/.venv"
end)
vim.api.nvim_buf_call(vim.fn.bufnr(ignore), function()
  vim.cmd("silent write")
  vim.cmd("doautocmd BufReadPost " .. ignore)
end)
wait("the error to vanish", function()
  return leak() == nil
end)
finish(0, "right column in " .. encoding)
