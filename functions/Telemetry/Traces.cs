using System.Diagnostics;

namespace ContactRouting.Telemetry;

/// <summary>
/// The spans of the app: a request, its storage calls, a callback. Their names and tags hold no key, path, query or text.
/// </summary>
internal static class Traces
{
    public const string Name = "ContactRouting";

    /// <summary>The server's own, which nobody exports: its spans hold paths.</summary>
    private const string ServerSource = "Microsoft.AspNetCore";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Whether anybody listens: whoever would have to compute something for a span asks first.</summary>
    public static bool AreRecorded => Source.HasListeners();

    /// <summary>As what an event remembers the trace that it happened in; null where none is recorded.</summary>
    public static string? Current => Activity.Current is { Source.Name: Name } span ? span.Id : null;

    /// <summary>A request to the app; continues the caller's trace, unless the host has done so.</summary>
    /// <param name="parent">The caller's <c>traceparent</c>.</param>
    public static Activity? Request(string? parent) =>
        Start("request", ActivityKind.Server, Activity.Current is { Source.Name: not ("" or ServerSource) } ? null : parent);

    public static Activity? Storage(string operation) => Source.StartActivity($"storage {operation}", ActivityKind.Client);

    /// <summary>A callback, in the trace of what caused it.</summary>
    /// <param name="cause">As the event remembers it.</param>
    public static Activity? Callback(string? cause) => Start("callback", ActivityKind.Client, cause);

    /// <param name="parent">Null for the span that is under way.</param>
    private static Activity? Start(string name, ActivityKind kind, string? parent) =>
        ActivityContext.TryParse(parent, null, isRemote: true, out var context)
            ? Source.StartActivity(name, kind, context)
            : Source.StartActivity(name, kind);
}
