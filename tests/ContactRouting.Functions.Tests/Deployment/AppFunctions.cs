using System.Reflection;
using ContactRouting.Storage;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.Tests.Deployment;

/// <summary>The app's functions, found by the worker's attributes.</summary>
internal static class AppFunctions
{
    public static IReadOnlyList<string> All { get; } = [.. Find(_ => true)];

    public static IReadOnlyList<string> Timers { get; } =
        [.. Find(method => method.GetParameters().Any(parameter => parameter.IsDefined(typeof(TimerTriggerAttribute))))];

    private static IEnumerable<string> Find(Func<MethodInfo, bool> condition) =>
        from type in typeof(Tables).Assembly.GetTypes()
        from method in type.GetMethods().Where(condition)
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        select function.Name;
}
