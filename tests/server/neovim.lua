-- What a user of Neovim has in their configuration, and then what they do: open, look, edit, look again.
local report = {}
local bufnr = vim.api.nvim_get_current_buf()
local client = vim.lsp.start_client({
  name = "freezelint",
  cmd = vim.split(vim.env.FREEZELINT, " "),
  root_dir = vim.fn.getcwd(),
})
vim.lsp.buf_attach_client(bufnr, client)

local function look(count)
  vim.wait(60000, function() return #vim.diagnostic.get(bufnr) == count end, 50)
  local found = {}
  for _, item in ipairs(vim.diagnostic.get(bufnr)) do
    table.insert(found, { item.lnum, item.col, item.code, item.source, vim.diagnostic.severity[item.severity] })
  end
  table.insert(report, found)
end

look(1)
vim.api.nvim_buf_set_lines(bufnr, 0, 0, false, { "# 😀", "" })
vim.wait(60000, function()
  local items = vim.diagnostic.get(bufnr)
  return #items == 1 and items[1].lnum == 7
end, 50)
look(1)
local params = vim.lsp.util.make_range_params()
params.range = { start = { line = 7, character = 0 }, ["end"] = { line = 7, character = 4 } }
params.context = { diagnostics = {} }
local answers = vim.lsp.buf_request_sync(bufnr, "textDocument/codeAction", params, 60000)
for _, answer in pairs(answers or {}) do
  local action = answer.result[#answer.result]
  table.insert(report, action.title)
  vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
end
look(0)
table.insert(report, vim.api.nvim_buf_get_lines(bufnr, 7, 8, false)[1])
vim.fn.writefile({ vim.fn.json_encode(report) }, vim.env.REPORT)
vim.cmd("qa!")
