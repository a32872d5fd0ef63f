using System.Globalization;
using System.Text.Json.Nodes;
using ContactRouting.Accounts;
using ContactRouting.Audit;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ContactRouting.OwnApi;

/// <summary>What a resource of the operator's API does for each method.</summary>
/// <param name="scope">What a key that does not open everything has to open.</param>
internal sealed class OperatorVerbs(OperatorScope scope) : Verbs<PlatformOperator>
{
    public OperatorScope Scope => scope;
}

/// <summary>
/// The operator's API. A change stands in the operator's audit log before it is made, and then with what came of it; a POST
/// with an idempotency key is answered once.
/// </summary>
internal sealed class OperatorApi(TokenAuthentication tokens, Idempotency idempotency, AuditLog audit, ILogger<OperatorApi> logger)
    : Api<PlatformOperator>(logger)
{
    protected override AuditActor ActorOf(PlatformOperator caller) => new(ActorKind.Operator) { Name = caller.Name };

    protected override async ValueTask<PlatformOperator> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var key = BearerToken.Read(request);
        if (tokens.FindOperator(key) is { } found) return found;
        var actor = new AuditActor(ActorKind.Anonymous) { Address = RequestOrigin.AddressOf(request) };
        if (key is not null) await audit.CountLoginAsync(null, actor, null, cancellationToken, "operator.login");
        throw DomainException.Unauthenticated();
    }

    protected override async Task<Reply> RunAsync(
        HttpRequest request,
        PlatformOperator caller,
        Verbs<PlatformOperator> verbs,
        Func<Task<Reply>> work,
        CancellationToken cancellationToken
    )
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return await AnswerAsync();
        var call = await audit.BeginCallAsync(request.Method, request.Path.Value!, cancellationToken);
        try
        {
            var reply = await AnswerAsync();
            await audit.EndCallAsync(call, reply.Status, reply.Location);
            return reply;
        }
        catch (DomainException error)
        {
            await audit.EndCallAsync(call, (int)error.Kind, null);
            throw;
        }

        Task<Reply> AnswerAsync()
        {
            var scope = ((OperatorVerbs)verbs).Scope;
            if (caller.Scopes?.Contains(scope) == false)
                throw DomainException.Forbidden($"The key {caller.Name} does not open {scope.ToString().ToLowerInvariant()}.");
            return HttpMethods.IsPost(request.Method)
                ? idempotency.RunAsync(Tables.OperatorPartition, request, work, Failure, cancellationToken, caller.Name)
                : work();
        }
    }

    protected override Reply Failure(DomainException error) => Problem.From(error);
}

internal sealed class AccountFunctions(OperatorApi api, AccountStore accounts, AccountRemoval removal)
{
    private const string Overlap = "overlapSeconds";
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    [Function("OperatorAccounts")]
    public Task<IResult> Accounts(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/v1/accounts")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new OperatorVerbs(OperatorScope.Accounts)
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
        api.ServeAsync(request, new OperatorVerbs(OperatorScope.Accounts)
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
        api.ServeAsync(request, new OperatorVerbs(OperatorScope.Accounts)
        {
            Post = async _ =>
            {
                var fields = await Fields.ReadAsync(request, cancellationToken);
                fields.RefuseOthers(Overlap);
                var overlap = TimeSpan.FromSeconds(fields.Integer(Overlap, 0, (int)AccountStore.LongestOverlap.TotalSeconds) ?? 0);
                var overlapping = AccountSecret.All.Where(secret => secret.KeepOld is not null).Select(secret => secret.Name);
                if (overlap > TimeSpan.Zero && !overlapping.Contains(name))
                    throw DomainException.Invalid(
                        Overlap,
                        $"is for the {string.Join(" and the ", overlapping)} only: the other secrets end at once."
                    );
                var secret = await accounts.RotateAsync(Id(accountId), name, overlap, cancellationToken);
                return Reply.Json(new Dictionary<string, string> { [name] = secret });
            },
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
        var body = new JsonObject { ["id"] = account.Id, ["name"] = account.Name };
        foreach (var secret in AccountSecret.All)
        {
            if (secret == AccountSecret.Password) body["username"] = account.Username;
            body[secret.Name] = secrets[secret.Name];
        }
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
