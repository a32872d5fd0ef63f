using ContactRouting.Accounts;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>What a resource of our own API does for each method, and which kinds of token open it beside the administrator's.</summary>
internal sealed class RoutingVerbs : Verbs<RoutingCaller>
{
    public IReadOnlyList<TokenKind> GetOpenTo { get; init; } = [];

    public IReadOnlyList<TokenKind> PostOpenTo { get; init; } = [];

    public IReadOnlyList<TokenKind> PutOpenTo { get; init; } = [];

    public IReadOnlyList<TokenKind> DeleteOpenTo { get; init; } = [];

    public IReadOnlyList<TokenKind> OpenTo(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? GetOpenTo
        : HttpMethods.IsPost(method) ? PostOpenTo
        : HttpMethods.IsPut(method) ? PutOpenTo
        : HttpMethods.IsDelete(method) ? DeleteOpenTo
        : [];
}
