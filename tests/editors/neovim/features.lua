-- What a user of Neovim sees of hover, navigation, rename, completion, formatting and actions:
-- it runs the commands that keys are bound to and reads the windows, lists and buffers they leave.
-- Prints a line for each, which the test compares; leaves out what a version has no command for.
local python, root = unpack(vim.split(vim.env.SHIPWORTHY_TEST, "\n"))
local SECONDS = 20

local function say(words)
  io.stdout:write(words .. "\n")
  io.stdout:flush()
end

local function finish(code, words)
  say(words)
  vim.cmd(code == 0 and "qall!" or "cquit 1")
end

local function wait(what, condition)
  if not vim.wait(SECONDS * 1000, condition, 10) then
    finish(1, "timed out: " .. what)
  end
end

vim.o.hidden = true
vim.lsp.handlers["window/showMessage"] = function(_, result)
  finish(1, "a pop-up: " .. result.message)
end
local client_id = vim.lsp.start_client({
  name = "shipworthy",
  cmd = { python, "-m", "shipworthy.cli.main", "lsp", "--stdio" },
  root_dir = root,
  workspace_folders = { { uri = vim.uri_from_fname(root), name = "shop" } },
  flags = { debounce_text_changes = 0 },
})

local function open(name, filetype)
  vim.cmd("edit " .. root .. "/" .. name)
  vim.bo.filetype = filetype
  vim.bo.omnifunc = "v:lua.vim.lsp.omnifunc"
  vim.lsp.buf_attach_client(0, client_id)
end

-- Puts the cursor on the first character of `text` in the current buffer.
local function go(text, offset)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then
      return vim.api.nvim_win_set_cursor(0, { number, column - 1 + (offset or 0) })
    end
  end
  finish(1, "there is no " .. text)
end

local function here()
  return vim.fn.expand("%:t") .. ":" .. vim.api.nvim_win_get_cursor(0)[1]
end

local function all_text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false), "\n")
end

local function float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      return window
    end
  end
end

local function hover(text)
  go(text)
  vim.lsp.buf.hover()
  wait("the hover of " .. text, float)
  local words = all_text(vim.api.nvim_win_get_buf(float()))
  vim.api.nvim_win_close(float(), true)
  say("hover " .. text .. "\t" .. words:gsub("%s+", " "))
end

local function jump(text)
  go(text)
  local before = here()
  vim.lsp.buf.definition()
  wait("the definition of " .. text, function()
    return here() ~= before or vim.bo.buftype == "quickfix"
  end)
  say("definition " .. text .. "\t" .. here())
  vim.cmd("cclose")
end

local function listed(what, ask)
  vim.fn.setqflist({})
  vim.fn.setloclist(0, {})
  local window = vim.api.nvim_get_current_win()
  local items = function()
    local quick = vim.fn.getqflist()
    return #quick > 0 and quick or vim.fn.getloclist(window)
  end
  ask()
  wait(what, function()
    return #items() > 0
  end)
  local places = {}
  for _, item in ipairs(items()) do
    table.insert(places, vim.fn.fnamemodify(vim.fn.bufname(item.bufnr), ":t") .. ":" .. item.lnum)
  end
  table.sort(places)
  say(what .. "\t" .. table.concat(places, " "))
  vim.cmd("cclose | lclose")
end

-- What CTRL-X CTRL-O offers at the end of `text`, or that many bytes before it.
local function complete(text, before)
  go(text, #text - 1 - (before or 0))
  local typed
  vim.keymap.set("i", "<F5>", function()
    local shown = vim.fn.complete_info({ "items" }).items
    local words = {}
    for index, item in ipairs(shown) do
      words[index] = item.abbr ~= "" and item.abbr or item.word
    end
    typed = words
  end)
  local keys = vim.api.nvim_replace_termcodes("a<C-x><C-o>", true, false, true)
  local back = vim.api.nvim_replace_termcodes("<F5>", true, false, true)
  vim.fn.feedkeys(keys, "n")
  local deadline = vim.loop.now() + SECONDS * 1000
  vim.fn.timer_start(20, function()
    if typed == nil and vim.fn.pumvisible() == 1 then
      vim.fn.feedkeys(back, "m")
    end
    if typed ~= nil or vim.loop.now() > deadline then
      vim.fn.timer_stopall()
      vim.fn.feedkeys(vim.api.nvim_replace_termcodes("<C-e><Esc>", true, false, true), "n")
    end
  end, { ["repeat"] = -1 })
  vim.fn.feedkeys("", "x!")
  if typed == nil then
    finish(1, "no completion after " .. text)
  end
  say("completion " .. text .. "\t" .. table.concat(typed, " "))
end

say("version\t" .. vim.version().minor)
open("Dockerfile", "dockerfile")
wait("the server", function()
  local client = vim.lsp.get_client_by_id(client_id)
  return client and client.initialized
end)
hover("COPY backend")
hover("backend/")
hover("${VERSION}")
jump("base AS")
open("Dockerfile", "dockerfile")
go("base AS")
listed("references base", vim.lsp.buf.references)
listed("symbols", vim.lsp.buf.document_symbol)
open("compose.yaml", "yaml")
-- Each finding once, whether the editor asks for diagnostics or is told.
wait("the findings", function()
  return #vim.diagnostic.get(0) > 0
end)
for _, item in ipairs(vim.diagnostic.get(0)) do
  local code = item.code or item.user_data.lsp.code
  say("finding " .. item.lnum + 1 .. "\t" .. code)
end
hover("./backend:/app")
jump("base")
open("compose.yaml", "yaml")
open(".dockerignore", "gitignore")
hover("**/*.log")

open("Dockerfile", "dockerfile")
complete("COPY backend/")
complete("COPY --from=base", #"base")
open("compose.yaml", "yaml")
complete("target: base", #"base")

-- Rename reaches both files.
open("Dockerfile", "dockerfile")
go("AS base", 3)
vim.lsp.buf.rename("python")
local compose = vim.fn.bufnr(root .. "/compose.yaml")
wait("the rename", function()
  return all_text(compose):find("target: python", 1, true) and all_text():find("AS python", 1, true)
end)
say("rename\t" .. table.concat(vim.fn.filter(vim.fn.split(all_text(), "\n"), "v:val =~ 'python'"), " | "))

-- An action without a finding: on the bind mount, the one with this title.
local function act(kind, title)
  vim.ui.select = function(items, _, choose)
    for index, item in ipairs(items) do
      local action = item.action or item[2]
      if action.title:find(title, 1, true) then
        return choose(item, index)
      end
    end
    finish(1, "no action " .. title)
  end
  local context = { only = { kind }, diagnostics = {} }
  vim.lsp.buf.code_action(vim.lsp.buf.format and { context = context } or context)
end
open("compose.yaml", "yaml")
go("./backend:/app")
act("refactor.rewrite", "anonymous volume")
wait("the volume", function()
  return all_text():find("- /app/.venv", 1, true)
end)
say("action\t" .. all_text():match("volumes:.-depends"):gsub("%s+", " "))

open("Dockerfile", "dockerfile")
if vim.lsp.buf.format then
  vim.lsp.buf.format({ timeout_ms = SECONDS * 1000 })
else
  vim.lsp.buf.formatting_sync(nil, SECONDS * 1000)
end
say("format\t" .. all_text():match("COPY %-%-from=python[^\n]*"))

go("AS python", 3)
vim.lsp.buf.document_highlight()
local function marks()
  local spaces = vim.api.nvim_get_namespaces()
  local space = spaces["nvim.lsp.references"] or spaces["vim_lsp_references"]
  return space and vim.api.nvim_buf_get_extmarks(0, space, 0, -1, {}) or {}
end
wait("the highlights", function()
  return #marks() > 0
end)
local rows = vim.tbl_map(function(mark)
  return mark[2] + 1
end, marks())
say("highlights\t" .. table.concat(rows, " "))

vim.lsp.codelens.refresh()
wait("the lenses", function()
  return #vim.lsp.codelens.get(0) > 0
end)
for _, lens in ipairs(vim.lsp.codelens.get(0)) do
  say("lens " .. lens.range.start.line + 1 .. "\t" .. lens.command.title)
end

if vim.lsp.inlay_hint then
  vim.lsp.inlay_hint.enable(true)
  wait("the inlay hints", function()
    return #vim.lsp.inlay_hint.get({ bufnr = 0 }) > 0
  end)
  for _, hint in ipairs(vim.lsp.inlay_hint.get({ bufnr = 0 })) do
    say("hint " .. hint.inlay_hint.position.line + 1 .. "\t" .. hint.inlay_hint.label)
  end
end
if vim.lsp.semantic_tokens then
  go("uv sync")
  local token
  wait("the tokens", function()
    local row, column = unpack(vim.api.nvim_win_get_cursor(0))
    token = (vim.lsp.semantic_tokens.get_at_pos(0, row - 1, column) or {})[1]
    return token
  end)
  say("token\t" .. token.type)
end
if vim.lsp.foldexpr then
  vim.wo.foldmethod = "expr"
  vim.wo.foldexpr = "v:lua.vim.lsp.foldexpr()"
  wait("the folds", function()
    return vim.fn.foldlevel(3) > 0
  end)
  say("fold\t" .. vim.fn.foldclosedend(3) .. " " .. vim.fn.foldlevel(3))
end

finish(0, "done")
