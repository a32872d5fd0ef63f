using Azure.Data.Tables;
using Microsoft.Extensions.Options;

namespace ContactRouting.Storage;

/// <summary>Where the tables are: a connection string, or a service URI that is opened with the app's identity.</summary>
internal sealed class TablesOptions
{
    public const string Section = "Tables";

    public string? ConnectionString { get; set; }

    public Uri? ServiceUri { get; set; }

    /// <summary>Put before every table's name, so that several deployments can share one storage account.</summary>
    public string NamePrefix { get; set; } = "";
}

internal sealed class TablesOptionsValidation : IValidateOptions<TablesOptions>
{
    public ValidateOptionsResult Validate(string? name, TablesOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ConnectionString) == (options.ServiceUri is null))
            return ValidateOptionsResult.Fail("Set either Tables__connectionString or Tables__serviceUri (exactly one of them).");
        if (options.ServiceUri is null && !IsConnectionString(options.ConnectionString!))
            return ValidateOptionsResult.Fail("Tables__connectionString is not a storage account's connection string.");
        // The client sends its identity's token over https only.
        if (options.ServiceUri is { } uri && !(uri.IsAbsoluteUri && uri.Scheme == Uri.UriSchemeHttps))
            return ValidateOptionsResult.Fail("Tables__serviceUri must be an https URI, like https://NAME.table.core.windows.net.");
        if (!options.NamePrefix.All(char.IsAsciiLetterOrDigit) || options.NamePrefix.Length > 40
            || (options.NamePrefix.Length > 0 && char.IsAsciiDigit(options.NamePrefix[0])))
            return ValidateOptionsResult.Fail("Tables__namePrefix must be at most 40 ASCII letters and digits and start with a letter.");
        return ValidateOptionsResult.Success;
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            _ = new TableServiceClient(text);
            return true;
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }
}
