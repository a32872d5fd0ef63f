
namespace ContactRouting.Audit;

/// <summary>As what somebody came in.</summary>
internal enum ActorKind
{
    /// <summary>Nobody asked for it: a timer.</summary>
    System,

    /// <summary>Somebody who has not shown who it is.</summary>
    Anonymous,

    /// <summary>A client of an account, by its access token or its API key.</summary>
    Client,
    Administrator,
    Agent,
    Operator,

    /// <summary>A display or a page with a token that only reads.</summary>
    Reader,

    /// <summary>A guest, by the token of a page or of a contact.</summary>
    Guest,
}

/// <summary>Who changes something.</summary>
internal sealed record AuditActor(ActorKind Kind)
{
    private static readonly AsyncLocal<AuditActor?> Ambient = new();

    private static readonly AuditActor Timer = new(ActorKind.System);

    /// <summary>The caller of the request that is being served, or a timer.</summary>
    public static AuditActor Current => Ambient.Value ?? Timer;

    /// <summary>An agent's.</summary>
    public int? AgentId { get; init; }

    /// <summary>Of the limited token that it came with.</summary>
    public string? TokenId { get; init; }

    /// <summary>Of the operator's key.</summary>
    public string? Name { get; init; }

    /// <summary>The client's; null where it cannot be told.</summary>
    public string? Address { get; init; }

    /// <summary>Acts for all that is awaited from here until the caller's own method ends.</summary>
    public void Act() => Ambient.Value = this;
}
