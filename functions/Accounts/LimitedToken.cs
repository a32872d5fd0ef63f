using System.Globalization;
using ContactRouting.Errors;

namespace ContactRouting.Accounts;

/// <summary>What a token opens that is not the administrator's.</summary>
internal enum TokenKind
{
    /// <summary>Figures, and what is open.</summary>
    Read,

    /// <summary>What one agent sees and does.</summary>
    Agent,

    /// <summary>The arrival of guests. It stands in a public page, and many share it.</summary>
    Guest,

    /// <summary>One contact, for its guest.</summary>
    Contact,
}

/// <summary>A limited token's text: it names its kind and its account, so that whoever checks it knows where to look.</summary>
/// <param name="Proof">What shows that it is authentic.</param>
internal readonly record struct TokenText(TokenKind Kind, int AccountId, string Proof)
{
    private const char Separator = '_';

    private static readonly Dictionary<string, TokenKind> Kinds = Enum.GetValues<TokenKind>().ToDictionary(NameOf);

    public static string NameOf(TokenKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Null where a text is no limited token's.</summary>
    public static TokenText? Parse(string text) =>
        text.Split(Separator, 3) is [var name, var account, var proof]
        && Kinds.TryGetValue(name, out var kind)
        && int.TryParse(account, NumberStyles.None, CultureInfo.InvariantCulture, out var accountId)
            ? new TokenText(kind, accountId, proof)
            : null;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{NameOf(Kind)}{Separator}{AccountId}{Separator}{Proof}");
}

/// <summary>A token that an administrator gave out: one row of the account's partition. Its secret is kept as a hash.</summary>
internal sealed record LimitedToken
{
    public const int MaxServices = 50;
    public const int MaxDescriptionLength = 200;

    /// <summary>A year.</summary>
    public const int MaxLifeSeconds = 31_536_000;

    public const int MinLifeSeconds = 60;

    public string Id { get; init; } = "";

    public TokenKind Kind { get; init; }

    public string SecretHash { get; init; } = "";

    /// <summary>Whose it is; null where it is no agent's.</summary>
    public int? AgentId { get; init; }

    /// <summary>What tells that agent from a later one of the same id.</summary>
    public string? AgentExternalId { get; init; }

    /// <summary>To which its guests come; empty for another kind.</summary>
    public IReadOnlyList<int> ServiceIds { get; init; } = [];

    public string Description { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How long one is good where nobody says: a display hangs long, an agent works a shift, a page stands a year.</summary>
    public static TimeSpan UsualLife(TokenKind kind) => kind switch
    {
        TokenKind.Agent => TimeSpan.FromHours(12),
        TokenKind.Read => TimeSpan.FromDays(90),
        _ => TimeSpan.FromSeconds(MaxLifeSeconds),
    };

    /// <summary>What is wrong with it.</summary>
    public RecordFault? Fault()
    {
        if (Description.Length > MaxDescriptionLength || Description.Any(char.IsControl))
            return new(nameof(Description), $"must be at most {MaxDescriptionLength} characters, none of them a control character.");
        if (Kind == TokenKind.Agent != AgentId is not null)
            return new(nameof(AgentId), Kind == TokenKind.Agent ? "is missing." : "is for tokens of the kind agent only.");
        if (Kind == TokenKind.Guest != ServiceIds.Count > 0)
            return new(nameof(ServiceIds), Kind == TokenKind.Guest ? "is missing." : "is for tokens of the kind guest only.");
        return ServiceIds.Count > MaxServices ? new(nameof(ServiceIds), $"must be at most {MaxServices} services.") : null;
    }
}
