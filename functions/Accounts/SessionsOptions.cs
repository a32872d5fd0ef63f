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
        options.LifeHours is < 1 or > MostHours ? Fault("lifeHours")
        : options.IdleHours is < 1 or > MostHours ? Fault("idleHours")
        : ValidateOptionsResult.Success;

    private static ValidateOptionsResult Fault(string name) =>
        ValidateOptionsResult.Fail($"Sessions__{name} must be from 1 to {MostHours}.");
}
