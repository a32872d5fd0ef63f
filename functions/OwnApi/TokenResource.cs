using System.Text.Json;
using ContactRouting.Accounts;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>Tokens that open a part of the API, for pages and displays that must not hold the administrator's.</summary>
internal sealed class TokenResource(LimitedTokens tokens, Paging paging)
{
    /// <summary>Those that are given out; a contact's comes with its guest.</summary>
    private static readonly string[] Kinds = [.. new[] { TokenKind.Read, TokenKind.Agent, TokenKind.Guest }.Select(TokenText.NameOf)];

    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var page = paging.Read(request, LiveTable.Partition(accountId));
        var (items, last) = await tokens.ListAsync(accountId, page.After, page.Limit, cancellationToken);
        return Reply.Json(new { items = items.Select(Show), nextCursor = page.Next(last) }, EventData.Json);
    }

    public async Task<Reply> GetAsync(int accountId, string tokenId, CancellationToken cancellationToken) =>
        Reply.Json(Show(await tokens.GetAsync(accountId, tokenId, cancellationToken)), EventData.Json);

    public async Task<Reply> CreateAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = Fields.From(await RequestBody.ReadObjectAsync(request, cancellationToken));
        fields.RefuseOthers("kind", "agentId", "serviceIds", "expiresInSeconds", "description");
        var kind = Enum.Parse<TokenKind>(fields.RequiredWord("kind", Kinds), ignoreCase: true);
        var wish = new LimitedToken
        {
            Kind = kind,
            AgentId = fields.Integer("agentId"),
            ServiceIds = fields.Has("serviceIds") ? ServiceIds(fields.Raw("serviceIds")) : [],
            Description = fields.Text("description") ?? "",
        };
        var life = fields.Integer("expiresInSeconds", LimitedToken.MinLifeSeconds, LimitedToken.MaxLifeSeconds) is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : LimitedToken.UsualLife(kind);
        var (token, text) = await tokens.CreateAsync(accountId, wish, life, RepeatableOperation.Of(request), cancellationToken);
        var shown = Show(token);
        shown["token"] = text;
        return Reply.Json(shown, EventData.Json, StatusCodes.Status201Created).With("Location", $"/routing/v1/tokens/{token.Id}");
    }

    public async Task<Reply> RevokeAsync(int accountId, string tokenId, CancellationToken cancellationToken)
    {
        await tokens.RevokeAsync(accountId, tokenId, cancellationToken);
        return Reply.Empty(StatusCodes.Status204NoContent);
    }

    /// <exception cref="DomainException">It is no list of ids.</exception>
    private static List<int> ServiceIds(JsonElement list)
    {
        const string Name = "serviceIds";
        if (list.ValueKind != JsonValueKind.Array) throw DomainException.Invalid(Name, "must be a list.");
        var ids = list.EnumerateArray().Select((item, index) =>
            item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var id)
                ? id
                : throw DomainException.Invalid($"{Name}[{index}]", "must be a whole number."));
        return [.. ids.Distinct().Order()];
    }

    private static Dictionary<string, object?> Show(LimitedToken token) => new()
    {
        ["id"] = token.Id,
        ["kind"] = TokenText.NameOf(token.Kind),
        ["agentId"] = token.AgentId,
        ["serviceIds"] = token.ServiceIds,
        ["description"] = token.Description,
        ["createdAt"] = token.CreatedAt,
        ["expiresAt"] = token.ExpiresAt,
    };
}
