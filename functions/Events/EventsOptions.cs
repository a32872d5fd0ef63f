using Microsoft.Extensions.Options;

namespace ContactRouting.Events;

internal sealed class EventsOptions
{
    public const string Section = "Events";

    /// <summary>Whether events are kept at all, beyond the minute in which their commits may be asked for.</summary>
    public bool History { get; set; } = true;

    /// <summary>How long they are, and what became of telling them.</summary>
    public int RetentionDays { get; set; } = 7;
}

internal sealed class EventsValidation : IValidateOptions<EventsOptions>
{
    private const int MostDays = 400;

    public ValidateOptionsResult Validate(string? name, EventsOptions options) =>
        options.RetentionDays is < 1 or > MostDays
            ? ValidateOptionsResult.Fail($"Events__retentionDays must be from 1 to {MostDays}.")
            : ValidateOptionsResult.Success;
}
