using System.Globalization;
using ContactRouting.Accounts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;

namespace ContactRouting.ServiceLevels;

/// <summary>The caller's account and its groups, to read. Source: what LibraryH3lp's clients read.</summary>
internal sealed class LibraryH3lpAccounts(AccountStore accounts, DirectoryStore directories)
{
    public async Task<Reply> ListAsync(int accountId, CancellationToken cancellationToken) =>
        Reply.Json(new[] { await ShowAsync(accountId, cancellationToken) });

    /// <param name="id">As the path names it; a foreign one is absent.</param>
    public async Task<Reply> GetAsync(int accountId, string id, CancellationToken cancellationToken) =>
        WireId.Parse(id) == accountId
            ? Reply.Json(await ShowAsync(accountId, cancellationToken))
            : throw DomainException.NotFound($"Account {id}");

    public async Task<Reply> GroupsAsync(int accountId, CancellationToken cancellationToken) =>
        Reply.LargeJson(
            (await directories.GetAsync(accountId, cancellationToken)).All<Group>()
                .OrderBy(group => group.Id, StringComparer.Ordinal)
                .Select(group => new { group.Id, name = group.DisplayName })
        );

    private async Task<object> ShowAsync(int accountId, CancellationToken cancellationToken)
    {
        var account = await accounts.GetAsync(accountId, cancellationToken);
        return new
        {
            account.Id,
            account.Name,
            email = (string?)null,
            signup = account.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
    }
}
