using ContactRouting.Directory;
using Microsoft.Extensions.Options;

namespace ContactRouting.AgentEvents;

internal sealed class RingMeOptions
{
    public const string Section = "RingMe";

    /// <summary>Requests of a client in an hour.</summary>
    public int RequestsPerHour { get; set; } = 10_000;

    /// <summary>Events that one agent can have.</summary>
    public int EventsPerAgent { get; set; } = Agent.MaxCallbacks;
}

internal sealed class RingMeOptionsValidation : IValidateOptions<RingMeOptions>
{
    public ValidateOptionsResult Validate(string? name, RingMeOptions options) =>
        options.RequestsPerHour < 1 ? ValidateOptionsResult.Fail("RingMe__requestsPerHour must be positive.")
        : options.EventsPerAgent is < 1 or > Agent.MaxCallbacks
            ? ValidateOptionsResult.Fail($"RingMe__eventsPerAgent must be from 1 to {Agent.MaxCallbacks}.")
        : ValidateOptionsResult.Success;
}
