"""The two scripts that Redis runs for us: one consistent read, and one commit that proves what it builds on.

How records lie in Redis, for a base such as `rocky:state:{default}:` (the braces keep all of them on one node of a
cluster); a member is `scope`, the unit separator, `key`:

  BASE meta           hash    format, the last position that was given, and how many commits there were
  BASE versions       hash    by which commit a group was changed last: a table as a whole, and each scope that is not
                              empty, so that scopes which come and go, such as runs, leave nothing behind
  BASE r:TABLE        hash    member -> record
  BASE o:TABLE        zset    members by position, the order of their first put
  BASE k:TABLE        zset    `key`, separator, `scope`, sorted as text, to find records by key in any scope
  BASE s:TABLE:SCOPE  zset    the scope's members by position
  BASE done:COMMIT    string  a commit that was made, for as long as somebody may ask again
"""

from __future__ import annotations

from typing import Final

# ARGV: base, table, scope or "", has scope (1/0), key or "", mode (all/key/prefix), newest first (1/0), limit or -1,
# offset, with records (1/0). Gives the group's version and, flat, member and record.
READ: Final = """
local base, tbl, scope, scoped, key, mode = ARGV[1], ARGV[2], ARGV[3], ARGV[4] == '1', ARGV[5], ARGV[6]
local newest, limit, offset = ARGV[7] == '1', tonumber(ARGV[8]), tonumber(ARGV[9])
local group = tbl
if scoped then group = tbl .. '\\31' .. scope end
local version = redis.call('HGET', base .. 'versions', group) or '0'
local ordered = base .. 'o:' .. tbl
if scoped then ordered = base .. 's:' .. tbl .. ':' .. scope end
local members
if mode == 'all' then
  local first, last = 0, -1
  if limit >= 0 then first, last = offset, offset + limit - 1 end
  if limit == 0 then members = {}
  elseif newest then members = redis.call('ZREVRANGE', ordered, first, last)
  else members = redis.call('ZRANGE', ordered, first, last) end
else
  local low, high = '[' .. key .. '\\31', '[' .. key .. '\\31\\255'
  if mode == 'prefix' then low, high = '[' .. key, '[' .. key .. '\\255' end
  local found = {}
  for _, entry in ipairs(redis.call('ZRANGEBYLEX', base .. 'k:' .. tbl, low, high)) do
    local at = string.find(entry, '\\31', 1, true)
    local own = string.sub(entry, at + 1)
    if not scoped or own == scope then
      local member = own .. '\\31' .. string.sub(entry, 1, at - 1)
      found[#found + 1] = {member, tonumber(redis.call('ZSCORE', base .. 'o:' .. tbl, member))}
    end
  end
  table.sort(found, function(a, b) if newest then return a[2] > b[2] end return a[2] < b[2] end)
  members = {}
  for at, one in ipairs(found) do
    if limit < 0 or (at > offset and at <= offset + limit) then members[#members + 1] = one[1] end
  end
end
local answer = {version}
for _, member in ipairs(members) do
  answer[#answer + 1] = member
  if ARGV[10] == '1' then answer[#answer + 1] = redis.call('HGET', base .. 'r:' .. tbl, member) end
end
return answer
"""

# ARGV: base, format, commit, seconds that the commit is remembered, how many records were read, how many groups were
# read, how many changes; then the records (table, member, 1/0 was there, text), the groups (group, version) and the
# changes (table, scope, key, 1/0 put, text). Answers "done", "stale" (something read has changed) or "format:N".
COMMIT: Final = """
local base, format, done = ARGV[1], ARGV[2], ARGV[1] .. 'done:' .. ARGV[3]
if ARGV[3] ~= '' and redis.call('EXISTS', done) == 1 then return 'done' end
local stored = redis.call('HGET', base .. 'meta', 'format')
if stored and stored ~= format then return 'format:' .. stored end
local at = 8
for _ = 1, tonumber(ARGV[5]) do
  local now = redis.call('HGET', base .. 'r:' .. ARGV[at], ARGV[at + 1])
  if ARGV[at + 2] == '0' then
    if now then return 'stale' end
  elseif now ~= ARGV[at + 3] then return 'stale' end
  at = at + 4
end
for _ = 1, tonumber(ARGV[6]) do
  if (redis.call('HGET', base .. 'versions', ARGV[at]) or '0') ~= ARGV[at + 1] then return 'stale' end
  at = at + 2
end
local changes = tonumber(ARGV[7])
if changes == 0 then return 'done' end
if not stored then redis.call('HSET', base .. 'meta', 'format', format) end
local version = redis.call('HINCRBY', base .. 'meta', 'commits', 1)
for _ = 1, changes do
  local tbl, scope, key, put, text = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3] == '1', ARGV[at + 4]
  local member = scope .. '\\31' .. key
  local ordered, scoped = base .. 'o:' .. tbl, base .. 's:' .. tbl .. ':' .. scope
  if put then
    if redis.call('HSET', base .. 'r:' .. tbl, member, text) == 1 then
      local position = redis.call('HINCRBY', base .. 'meta', 'position', 1)
      redis.call('ZADD', ordered, position, member)
      redis.call('ZADD', scoped, position, member)
      redis.call('ZADD', base .. 'k:' .. tbl, 0, key .. '\\31' .. scope)
    end
  else
    redis.call('HDEL', base .. 'r:' .. tbl, member)
    redis.call('ZREM', ordered, member)
    redis.call('ZREM', scoped, member)
    redis.call('ZREM', base .. 'k:' .. tbl, key .. '\\31' .. scope)
  end
  redis.call('HSET', base .. 'versions', tbl, version)
  if put or redis.call('EXISTS', scoped) == 1 then
    redis.call('HSET', base .. 'versions', tbl .. '\\31' .. scope, version)
  else
    redis.call('HDEL', base .. 'versions', tbl .. '\\31' .. scope)
  end
  at = at + 5
end
if ARGV[3] ~= '' then redis.call('SET', done, '1', 'EX', ARGV[4]) end
return 'done'
"""
