using System.Text.Json;
using System.Text.Json.Serialization;
using ContactRouting.Directory;
using ContactRouting.Http;
using ContactRouting.ServiceLevels;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.Routing;

internal sealed class ResolutionFunction(RoutingApi api, DirectoryStore directories, LivePresenceReader presence)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private static readonly JsonSerializerOptions ReasonJson = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    [Function("ServiceResolution")]
    public Task<IResult> Resolve(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/v1/services/{serviceId}/resolution")] HttpRequest request,
        string serviceId, CancellationToken cancellationToken) =>
        api.ServeAsync(request, new() { Get = accountId => ResolveAsync(accountId, serviceId, cancellationToken) }, cancellationToken);

    private async Task<Reply> ResolveAsync(int accountId, string serviceId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var service = WireId.Parse(serviceId) is { } id ? directory.Service(id) : null;
        if (service is null) throw DomainException.NotFound($"Service {serviceId}");

        var resolution = ServiceResolution.Decide(directory, service, await presence.ReadAsync(directory, service, cancellationToken));
        return Reply.Json(new
        {
            serviceId = service.Id,
            configurationVersion = directory.Version,
            resolution.Availability,
            level = resolution.Chosen is { } chosen ? ServiceLevel.Of(directory, chosen.Level, chosen.Index) : null,
            levels = resolution.Levels.Select(level => Show(directory, level)),
        }, Json);
    }

    private static object Show(AccountDirectory directory, LevelVerdict verdict)
    {
        var level = ServiceLevel.Of(directory, verdict.Level, verdict.Index);
        return new
        {
            level.Level,
            level.Type,
            level.Name,
            level.WidgetId,
            level.Html,
            verdict.Verdict.Availability,
            reasons = verdict.Verdict.Reasons.Select(reason => JsonSerializer.SerializeToElement(reason, ReasonJson)),
        };
    }
}
