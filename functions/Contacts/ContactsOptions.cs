using ContactRouting.Settings;
using Microsoft.Extensions.Options;

namespace ContactRouting.Contacts;

internal sealed class ContactsOptions
{
    public const string Section = "Contacts";

    /// <summary>How long a contact that is over can be read, with its decision.</summary>
    public int RetentionHours { get; set; } = 24;

    /// <summary>After how long a contact of another system is over whose end was never told.</summary>
    public int LongestExternalHours { get; set; } = 12;
}

internal sealed class ContactsOptionsValidation : IValidateOptions<ContactsOptions>
{
    private const int MostHours = 8760;

    public ValidateOptionsResult Validate(string? name, ContactsOptions options) =>
        SettingRange.Check(
            new("Contacts__retentionHours", options.RetentionHours, 1, MostHours),
            new("Contacts__longestExternalHours", options.LongestExternalHours, 1, MostHours)
        );
}
