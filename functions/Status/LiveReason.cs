using System.Text.Json.Serialization;
using ContactRouting.Routing;

namespace ContactRouting.Status;

/// <summary>A reason for an availability, as answers show it.</summary>
internal sealed record LiveReason(
    string Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? GroupId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? AgentId
)
{
    public static IReadOnlyList<LiveReason> Of(Verdict verdict) =>
        [.. verdict.Reasons.Select(reason => new LiveReason(reason.Code, reason.GroupId, reason.AgentId))];
}
