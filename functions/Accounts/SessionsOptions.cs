using ContactRouting.Settings;
using Microsoft.Extensions.Options;

namespace ContactRouting.Accounts;

internal sealed class SessionsOptions
{
    public const string Section = "Sessions";

    /// <summary>How long a session can last, however much it is used.</summary>
    public int LifeHours { get; set; } = 24;

    /// <summary>How long it lasts unused.</summary>
    public int IdleHours { get; set; } = 24;
}

internal sealed class SessionsOptionsValidation : IValidateOptions<SessionsOptions>
{
    private const int MostHours = 8760;

    public ValidateOptionsResult Validate(string? name, SessionsOptions options) =>
        SettingRange.Check(
            new("Sessions__lifeHours", options.LifeHours, 1, MostHours),
            new("Sessions__idleHours", options.IdleHours, 1, MostHours)
        );
}
