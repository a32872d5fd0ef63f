using ContactRouting.Directory;
using ContactRouting.Routing;
using ContactRouting.ServiceLevels;

namespace ContactRouting.Status;

/// <summary>A service as it is now.</summary>
/// <param name="OpenLevel">The level that takes a guest now; null where none is open.</param>
internal sealed record LiveService(int Id, string Name, Availability Availability, int? OpenLevel, IEnumerable<LiveLevel> Levels)
{
    public static LiveService Of(AccountDirectory directory, Service service, IPresence presence, DateTimeOffset now)
    {
        var resolution = Resolution.Of(directory, RoutingTarget.OfService(service.Id), presence, new Moment(now));
        return new(
            service.Id,
            service.Name,
            resolution.Availability,
            resolution.Open?.Index,
            resolution.Lines.Select(line => LiveLevel.Of(directory, line))
        );
    }
}

/// <param name="Type">What it leads to, by the words of a resolution.</param>
internal sealed record LiveLevel(int Level, string Type, string Name, int? QueueId, int? AgentId, Availability Availability)
{
    public static LiveLevel Of(AccountDirectory directory, JudgedLine line)
    {
        var level = ServiceLevel.Of(directory, line.Level!, line.Index!.Value);
        return new(level.Level, level.Type, level.Name, line.Line.QueueId, line.Line.AgentId, line.Verdict.Availability);
    }
}
