using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ContactRouting.Audit;

/// <summary>What somebody did, as it is stored; of the members behind the actor each action has its own.</summary>
internal sealed record AuditEntry
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public DateTimeOffset At { get; init; }

    public string Action { get; init; } = "";

    public AuditActor Actor { get; init; } = AuditActor.Current;

    /// <summary>The records of a change of the directory, as JSON.</summary>
    public string? Changes { get; init; }

    /// <summary>How many records more it changed.</summary>
    public int? More { get; init; }

    /// <summary>What the account's settings became, as JSON.</summary>
    public string? Settings { get; init; }

    /// <summary>Which secret.</summary>
    public string? Secret { get; init; }

    /// <summary>Which limited token.</summary>
    public string? TokenId { get; init; }

    public string? TokenKind { get; init; }

    /// <summary>Whose password or token; null for the administrator's.</summary>
    public int? AgentId { get; init; }

    /// <summary>The name of a login.</summary>
    public string? Username { get; init; }

    /// <summary>What came of a login.</summary>
    public LoginResult? Result { get; init; }

    /// <summary>How many logins of the same kind there were in the minute.</summary>
    public int? Count { get; init; }

    public string? Method { get; init; }

    public string? Path { get; init; }

    /// <summary>Of an operator's call; null where it never ended.</summary>
    public int? Status { get; init; }

    /// <summary>What an operator's call made.</summary>
    public string? Location { get; init; }

    /// <summary>The entry as it is shown.</summary>
    public JsonObject Show(string id)
    {
        var shown = JsonSerializer.SerializeToNode(this, Json)!.AsObject();
        shown.Insert(0, "id", id);
        shown["actor"]!.AsObject().Remove("address");
        shown.Insert(shown.IndexOf("actor") + 1, "address", Actor.Address);
        if (Changes is not null) shown["changes"] = JsonNode.Parse(Changes);
        if (Settings is not null) shown["settings"] = JsonNode.Parse(Settings);
        return shown;
    }
}

internal enum LoginResult
{
    Succeeded,
    Failed,
}
