using System.Globalization;
using ContactRouting.Accounts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

/// <summary>The caller's account and its groups, to read. Source: what LibraryH3lp's clients read.</summary>
internal sealed class AccountFunctions(LibraryH3lpApi api, AccountStore accounts, DirectoryStore directories)
{
    [Function("LibraryH3lpAccounts")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/accounts")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async caller => Reply.Json(new[] { await ShowAsync(caller.AccountId, cancellationToken) }),
        }, cancellationToken);

    [Function("LibraryH3lpAccount")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/accounts/{accountId}")] HttpRequest request,
        string accountId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async caller => WireId.Parse(accountId) == caller.AccountId
                ? Reply.Json(await ShowAsync(caller.AccountId, cancellationToken))
                : throw DomainException.NotFound($"Account {accountId}"),
        }, cancellationToken);

    [Function("LibraryH3lpGroups")]
    public Task<IResult> Groups(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/groups")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async caller => Reply.LargeJson(
                (await directories.GetAsync(caller.AccountId, cancellationToken)).All<Group>()
                    .OrderBy(group => group.Id, StringComparer.Ordinal)
                    .Select(group => new { group.Id, name = group.DisplayName })
            ),
        }, cancellationToken);

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
