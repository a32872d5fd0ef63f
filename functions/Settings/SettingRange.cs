using Microsoft.Extensions.Options;

namespace ContactRouting.Settings;

/// <summary>What a setting that is a number may be.</summary>
/// <param name="Name">As it is set, like Contacts__retentionHours.</param>
internal sealed record SettingRange(string Name, int Value, int Least, int Most)
{
    /// <summary>Fails with the first one that is out of its range.</summary>
    public static ValidateOptionsResult Check(params ReadOnlySpan<SettingRange> settings)
    {
        foreach (var (name, value, least, most) in settings)
        {
            if (value < least || value > most) return ValidateOptionsResult.Fail($"{name} must be from {least} to {most}.");
        }
        return ValidateOptionsResult.Success;
    }
}
