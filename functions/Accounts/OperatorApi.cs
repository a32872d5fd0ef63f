using System.Globalization;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Accounts;

/// <summary>The platform operator, who holds the operator key.</summary>
internal sealed record PlatformOperator;

internal sealed class OperatorApi(TokenAuthentication tokens, Idempotency idempotency, ILogger<OperatorApi> logger)
    : Api<PlatformOperator>(logger)
{
    /// <summary>Serves a resource; a POST with an idempotency key is answered once.</summary>
    public new Task<IResult> ServeAsync(HttpRequest request, Verbs<PlatformOperator> verbs, CancellationToken cancellationToken) =>
        base.ServeAsync(
            request,
            HttpMethods.IsPost(request.Method)
                ? verbs.Within((_, run) => idempotency.RunAsync(Retention.OperatorPartition, request, run, Failure, cancellationToken))
                : verbs,
            cancellationToken
        );

    protected override ValueTask<PlatformOperator> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        tokens.IsOperator(BearerToken.Read(request)) ? new(new PlatformOperator()) : throw DomainException.Unauthenticated();

    protected override Reply Failure(DomainException error) => Problem.From(error);
}

internal sealed class AccountFunctions(OperatorApi api, AccountStore accounts, AccountRemoval removal)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    [Function("OperatorAccounts")]
    public Task<IResult> Accounts(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/v1/accounts")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async _ => await ListAsync(request, cancellationToken),
            Post = async _ => await CreateAsync(request, cancellationToken),
        }, cancellationToken);

    [Function("OperatorAccount")]
    public Task<IResult> Account(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/v1/accounts/{accountId}")] HttpRequest request,
        string accountId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async _ => Reply.Json(Show(await accounts.GetAsync(Id(accountId), cancellationToken))),
            Delete = async _ =>
            {
                await removal.RemoveAsync(Id(accountId), cancellationToken);
                return Reply.Empty(StatusCodes.Status204NoContent);
            },
        }, cancellationToken);

    [Function("OperatorAccountSecret")]
    public Task<IResult> Rotate(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/v1/accounts/{accountId}/secrets/{name}/rotate")] HttpRequest request,
        string accountId,
        string name,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = async _ =>
                Reply.Json(
                    new Dictionary<string, string> { [name] = await accounts.RotateAsync(Id(accountId), name, cancellationToken) }
                ),
        }, cancellationToken);

    private async Task<Reply> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var limit = Number(request, "limit", DefaultLimit);
        if (limit is < 1 or > MaxLimit) throw DomainException.Invalid("limit", $"must be from 1 to {MaxLimit}.");
        var (items, next) = await accounts.ListAsync(Number(request, "cursor", 0), limit, cancellationToken);
        return Reply.Json(new { items = items.Select(Show), nextCursor = next?.ToString(CultureInfo.InvariantCulture) });
    }

    private async Task<Reply> CreateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = Fields.From(await RequestBody.ReadObjectAsync(request, cancellationToken));
        fields.RefuseOthers("id", "name", "username");
        var wish = new NewAccount(fields.Integer("id"), fields.Text("name", 200), fields.Text("username", AccountStore.MaxUsernameLength));
        var (account, secrets) = await accounts.CreateAsync(wish, RepeatableOperation.Of(request), cancellationToken);
        var body = new
        {
            account.Id,
            account.Name,
            secrets.ClientId,
            secrets.ClientSecret,
            secrets.ApiKeySid,
            secrets.ApiKeySecret,
            secrets.ExportToken,
            secrets.SinkToken,
            account.Username,
            secrets.Password,
        };
        return Reply.Json(body, status: StatusCodes.Status201Created).With("Location", $"/operator/v1/accounts/{account.Id}");
    }

    private static object Show(Account account) =>
        new
        {
            account.Id,
            account.Name,
            account.CreatedAt,
            account.Username,
            account.ClientId,
            account.ApiKeySid,
        };

    private static int Id(string text) =>
        WireId.Parse(text) ?? throw DomainException.NotFound($"Account {text}");

    private static int Number(HttpRequest request, string name, int standard) => request.Query[name] switch
    {
        [] => standard,
        [{ } text] when WireId.Parse(text) is { } number => number,
        _ => throw DomainException.Invalid(name, "must be a whole number."),
    };
}
