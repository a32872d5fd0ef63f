using System.Text.Json;
using System.Text.Json.Serialization;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.ServiceLevels;
using ContactRouting.Status;

namespace ContactRouting.OwnApi;

/// <summary>Where a guest of a service would be led now, and whether a queue takes one.</summary>
internal sealed class ResolutionResource(DirectoryStore directories, PresenceReader presence, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public async Task<Reply> ResolveAsync(int accountId, string serviceId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var service = WireId.Parse(serviceId) is { } id ? directory.Service(id) : null;
        if (service is null) throw DomainException.NotFound($"Service {serviceId}");

        var target = RoutingTarget.OfService(service.Id);
        var resolution = Resolution.Of(
            directory,
            target,
            await presence.ReadAsync(directory, target, Channels.Standard, cancellationToken),
            new Moment(time.GetUtcNow())
        );
        return Reply.LargeJson(new
        {
            serviceId = service.Id,
            configurationVersion = directory.Version,
            resolution.Availability,
            level = resolution.Open is { } open ? ServiceLevel.Of(directory, open.Level!, open.Index!.Value) : null,
            levels = resolution.Lines.Select(line => Show(directory, line)),
        }, Json);
    }

    public async Task<Reply> JudgeQueueAsync(int accountId, string queueId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var queue = (WireId.Parse(queueId) is { } id ? directory.Queue(id) : null) ?? throw DomainException.NotFound($"Queue {queueId}");
        var seen = await presence.ReadAsync(directory, [Line.OfQueue(queue.Id)], Channels.Standard, cancellationToken);
        var verdict = QueueAvailability.Decide(directory, queue, seen, new Moment(time.GetUtcNow()));
        return Reply.Json(
            new
            {
                queueId = queue.Id,
                configurationVersion = directory.Version,
                verdict.Availability,
                reasons = LiveReason.Of(verdict),
            },
            Json
        );
    }

    private static object Show(AccountDirectory directory, JudgedLine line)
    {
        var level = ServiceLevel.Of(directory, line.Level!, line.Index!.Value);
        return new
        {
            level.Level,
            level.Type,
            level.Name,
            level.WidgetId,
            level.Html,
            line.Verdict.Availability,
            reasons = LiveReason.Of(line.Verdict),
        };
    }
}
