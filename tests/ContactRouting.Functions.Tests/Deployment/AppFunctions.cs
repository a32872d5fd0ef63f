using System.Reflection;
using ContactRouting.Storage;

namespace ContactRouting.Tests.Deployment;

/// <summary>The app's functions, found by the names of the worker's attributes: whether the real ones or the stand-in's.</summary>
internal static class AppFunctions
{
    private static readonly Assembly App = typeof(Tables).Assembly;

    public static bool HaveTheWorkerPackages { get; } = App.GetType("Microsoft.Azure.Functions.Worker.FunctionAttribute") is null;

    public static IReadOnlyList<string> All { get; } = [.. Find(_ => true)];

    public static IReadOnlyList<string> Timers { get; } =
        [.. Find(method => method.GetParameters().SelectMany(parameter => parameter.CustomAttributes).Any(attribute => attribute.AttributeType.Name == "TimerTriggerAttribute"))];

    private static IEnumerable<string> Find(Func<MethodInfo, bool> condition) =>
        from type in App.GetTypes()
        from method in type.GetMethods().Where(condition)
        from attribute in method.CustomAttributes
        where attribute.AttributeType.Name == "FunctionAttribute"
        select (string)attribute.ConstructorArguments[0].Value!;
}
