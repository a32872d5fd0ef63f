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

    /// <summary>As what an event remembers the trace that it happened in; null without one.</summary>
    public static string? Current => Activity.Current?.Id;

    /// <summary>A request to the app; continues the caller's trace, unless the host has done so.</summary>
    /// <param name="parent">The caller's <c>traceparent</c>.</param>
    public static Activity? Request(string? parent) =>
        Start("request", ActivityKind.Server, Activity.Current is { Source.Name: not ("" or ServerSource) } begun ? begun.Id : parent);

    public static Activity? Storage(string operation) => Start($"storage {operation}", ActivityKind.Client, Activity.Current?.Id);

    /// <summary>A callback, in the trace of what caused it.</summary>
    /// <param name="cause">As the event remembers it.</param>
    public static Activity? Callback(string? cause) => Start("callback", ActivityKind.Client, cause ?? Activity.Current?.Id);

    private static Activity? Start(string name, ActivityKind kind, string? parent) =>
        ActivityContext.TryParse(parent, null, isRemote: true, out var context)
            ? Source.StartActivity(name, kind, context)
            : Source.StartActivity(name, kind);
}
