using Microsoft.Extensions.Options;

namespace ContactRouting.Contacts;

internal sealed class ContactsOptions
{
    public const string Section = "Contacts";

    /// <summary>How long a contact that is over can be read, with its decision.</summary>
    public int RetentionHours { get; set; } = 24;
}

internal sealed class ContactsOptionsValidation : IValidateOptions<ContactsOptions>
{
    public ValidateOptionsResult Validate(string? name, ContactsOptions options) =>
        options.RetentionHours is < 1 or > 8760
            ? ValidateOptionsResult.Fail("Contacts__retentionHours must be from 1 to 8760.")
            : ValidateOptionsResult.Success;
}
