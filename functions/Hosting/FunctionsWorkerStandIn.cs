// Compiled only where the package feed lacks the Azure Functions worker: the attributes and types that function classes
// mention, in their real namespace and shape, without behaviour. See ARCHITECTURE.md, "Two hosts".
namespace Microsoft.Azure.Functions.Worker;

#pragma warning disable CA1019, CA1813, CA1008 // The shapes are the worker's, not ours.

[AttributeUsage(AttributeTargets.Method)]
internal sealed class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

internal enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}

[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : Attribute
{
    public AuthorizationLevel AuthLevel { get; } = authLevel;

    public string[] Methods { get; } = methods;

    public string? Route { get; set; }
}

[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    public string Schedule { get; } = schedule;

    public bool RunOnStartup { get; set; }

    public bool UseMonitor { get; set; }
}

internal sealed class TimerInfo
{
    public bool IsPastDue { get; set; }
}
