using ContactRouting.Settings;
using Microsoft.Extensions.Options;

namespace ContactRouting.Contacts;

internal sealed class ContactsOptions
{
    public const string Section = "Contacts";

    /// <summary>The contacts of a day can be read until it is over everywhere, so that its figures can be checked.</summary>
    public const int LeastRetention = 48;

    /// <summary>How long a contact that is over can be read, with its decision, and the figures of its day.</summary>
    public int RetentionHours { get; set; } = LeastRetention;

    /// <summary>After how long a contact of another system is over whose end was never told.</summary>
    public int LongestExternalHours { get; set; } = 12;
}

internal sealed class ContactsOptionsValidation : IValidateOptions<ContactsOptions>
{
    private const int MostHours = 8760;

    public ValidateOptionsResult Validate(string? name, ContactsOptions options) =>
        SettingRange.Check(
            new("Contacts__retentionHours", options.RetentionHours, ContactsOptions.LeastRetention, MostHours),
            new("Contacts__longestExternalHours", options.LongestExternalHours, 1, MostHours)
        );
}
