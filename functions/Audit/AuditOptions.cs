using ContactRouting.Settings;
using Microsoft.Extensions.Options;

namespace ContactRouting.Audit;

internal sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary>How long entries are kept.</summary>
    public int RetentionDays { get; set; } = 90;
}

internal sealed class AuditOptionsValidation : IValidateOptions<AuditOptions>
{
    private const int MostDays = 3650;

    public ValidateOptionsResult Validate(string? name, AuditOptions options) =>
        SettingRange.Check(new SettingRange("Audit__retentionDays", options.RetentionDays, 1, MostDays));
}
