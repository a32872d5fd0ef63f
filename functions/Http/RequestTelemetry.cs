using System.Collections.Frozen;
using System.Diagnostics;
using System.Reflection;
using ContactRouting.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.Http;

/// <summary>A request as a span and a measured duration, under its route: paths hold tokens and names.</summary>
internal sealed class RequestTelemetry : IDisposable
{
    /// <summary>The words of all routes; whatever else stands in a path stays out.</summary>
    private static readonly Lazy<FrozenSet<string>> Words = new(() =>
        typeof(RequestTelemetry)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetParameters())
            .SelectMany(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()?.Route?.Split('/') ?? [])
            .Where(word => !word.Contains('{', StringComparison.Ordinal))
            .ToFrozenSet(StringComparer.Ordinal));

    private readonly HttpRequest request;
    private readonly Activity? span;
    private readonly long start = Stopwatch.GetTimestamp();

    public RequestTelemetry(HttpRequest request)
    {
        this.request = request;
        span = Traces.Request(request.Headers.TraceParent);
    }

    /// <summary>Whose request it is.</summary>
    public void Of(int accountId) => span?.SetTag("contactrouting.account_id", accountId);

    public Reply Answered(Reply reply)
    {
        if (span is null && !Measures.Requests.Enabled) return reply;
        var route = RouteOf(request.Path);
        var tags = new TagList
        {
            { "http.request.method", request.Method },
            { "http.route", route },
            { "http.response.status_code", reply.Status },
        };
        Measures.Requests.Record(Measures.SecondsSince(start), tags);
        if (span is null) return reply;
        span.DisplayName = $"{request.Method} {route}";
        foreach (var (name, value) in tags) span.SetTag(name, value);
        if (reply.Status >= StatusCodes.Status500InternalServerError) span.SetStatus(ActivityStatusCode.Error);
        return reply;
    }

    /// <summary>A path with the words of routes alone, like <c>/hooks/{}/agent-events</c>.</summary>
    public static string RouteOf(PathString path) =>
        string.Join('/', (path.Value ?? "").Split('/').Select(part => part.Length == 0 || Words.Value.Contains(part) ? part : "{}"));

    public void Dispose() => span?.Dispose();
}
