using System.Globalization;
using ContactRouting.Accounts;
using ContactRouting.Http;
using Microsoft.Extensions.Options;

namespace ContactRouting.AgentEvents;

/// <summary>What a client of RingMe's is told of itself.</summary>
internal sealed class RingMeClients(AccountStore accounts, IOptions<RingMeOptions> options)
{
    public async Task<Reply> GetUserAsync(int accountId, CancellationToken cancellationToken)
    {
        var account = await accounts.GetAsync(accountId, cancellationToken);
        return Reply.Json(
            new
            {
                id = account.Id,
                login = account.Username,
                name = account.Name,
                client_id = account.Id,
                admin = true,
            }
        );
    }

    public async Task<Reply> GetAsync(int accountId, CancellationToken cancellationToken)
    {
        var account = await accounts.GetAsync(accountId, cancellationToken);
        return Reply.Json(
            new
            {
                id = account.Id,
                name = account.Name,
                create_date = account.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            }
        );
    }

    public Task<Reply> GetLimitAsync() => Task.FromResult(Reply.Json(new { agent_event = options.Value.EventsPerAgent }));
}
