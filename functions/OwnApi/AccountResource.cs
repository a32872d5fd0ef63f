using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

internal sealed class AccountResource(AccountStore accounts, AccountRemoval removal)
{
    private const string Overlap = "overlapSeconds";
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    /// <summary>A secret is shown as it is, to be copied: it may hold a plus.</summary>
    private static readonly JsonSerializerOptions AsItIs = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async Task<Reply> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var limit = Number(request, "limit", DefaultLimit);
        if (limit is < 1 or > MaxLimit) throw DomainException.Invalid("limit", $"must be from 1 to {MaxLimit}.");
        var (items, next) = await accounts.ListAsync(Number(request, "cursor", 0), limit, cancellationToken);
        return Reply.Json(new { items = items.Select(Show), nextCursor = next?.ToString(CultureInfo.InvariantCulture) });
    }

    public async Task<Reply> CreateAsync(HttpRequest request, CancellationToken cancellationToken)
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
        return Reply.Json(body, AsItIs, StatusCodes.Status201Created).With("Location", $"/operator/v1/accounts/{account.Id}");
    }

    public async Task<Reply> GetAsync(string accountId, CancellationToken cancellationToken) =>
        Reply.Json(Show(await accounts.GetAsync(Id(accountId), cancellationToken)));

    public async Task<Reply> RemoveAsync(string accountId, CancellationToken cancellationToken)
    {
        await removal.RemoveAsync(Id(accountId), cancellationToken);
        return Reply.Empty(StatusCodes.Status204NoContent);
    }

    public async Task<Reply> RotateAsync(string accountId, string name, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadAsync(request, cancellationToken);
        fields.RefuseOthers(Overlap);
        var seconds = fields.Integer(Overlap, 0, (int)AccountStore.LongestOverlap.TotalSeconds);
        var overlapping = AccountSecret.All.Where(secret => secret.KeepOld is not null).Select(secret => secret.Name);
        if (seconds > 0 && !overlapping.Contains(name))
            throw DomainException.Invalid(
                Overlap,
                $"is for the {string.Join(" and the ", overlapping)} only: the other secrets end at once."
            );
        var overlap = seconds is { } given ? TimeSpan.FromSeconds(given) : (TimeSpan?)null;
        var secret = await accounts.RotateAsync(Id(accountId), name, overlap, cancellationToken);
        return Reply.Json(new Dictionary<string, string> { [name] = secret }, AsItIs);
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
