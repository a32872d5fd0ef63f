using System.Reflection;
using System.Text.Json;
using ContactRouting.Errors;
using Microsoft.Extensions.Options;

namespace ContactRouting.Directory.Changes;

/// <summary>How much one account may configure: its whole directory is read, kept and shown at once.</summary>
internal sealed class DirectoryLimits
{
    public const string Section = "Limits";

    /// <summary>16 MiB.</summary>
    public const int MaxDocumentBytes = 16 * 1024 * 1024;

    /// <summary>Far above what a document of a full account has.</summary>
    private const int MaxValues = 3_000_000;

    private static readonly IReadOnlyList<(RecordKind Kind, PropertyInfo Setting)> Kinds =
    [
        .. from kind in RecordKind.All
           join setting in typeof(DirectoryLimits).GetProperties()
               on kind.Section equals JsonNamingPolicy.CamelCase.ConvertName(setting.Name)
           select (kind, setting),
    ];

    public int Agents { get; set; } = 20_000;

    public int Queues { get; set; } = 2_000;

    public int Groups { get; set; } = 2_000;

    public int GroupRoutings { get; set; } = 20_000;

    public int Widgets { get; set; } = 2_000;

    public int Services { get; set; } = 2_000;

    /// <summary>Of all services together.</summary>
    public int Levels { get; set; } = 20_000;

    /// <summary>Of all agents together.</summary>
    public int Callbacks { get; set; } = 20_000;

    /// <summary>Of our own API's events.</summary>
    public int Subscriptions { get; set; } = Subscription.Most;

    public int UserServices { get; set; } = 2_000;

    /// <summary>Of all records as JSON; a document with them all is not longer than a PUT may be.</summary>
    public int Bytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>The limits of the kinds, by the names that a configuration document and the settings have for them.</summary>
    public IReadOnlyList<(string Kind, Type Type, int Most)> ByKind() =>
        [.. Kinds.Select(limited => (limited.Kind.Section, limited.Kind.Type, (int)limited.Setting.GetValue(this)!))];

    /// <summary>What is too large already may shrink.</summary>
    /// <exception cref="DomainException">A change would make an account larger than it may be.</exception>
    public void Refuse(DirectorySize before, DirectorySize after)
    {
        foreach (var (kind, type, most) in ByKind())
        {
            var (had, has) = (before.CountOf(type), after.CountOf(type));
            if (has > most && has > had) throw Exceeded(kind, $"{most} {kind}", $"{had}", $"{has}");
        }
        if (after.Bytes > Bytes && after.Bytes > before.Bytes)
            throw Exceeded("bytes", $"{Bytes} bytes of configuration", $"{before.Bytes}", $"{after.Bytes}");
    }

    /// <summary>Counts what a document holds before anything is made of it: in one pass that keeps nothing.</summary>
    /// <exception cref="DomainException">It holds more of a kind than an account may have, or more values than all need.</exception>
    public void RefuseDocument(ReadOnlySpan<byte> json, JsonReaderOptions options)
    {
        var reader = new Utf8JsonReader(json, options);
        var kinds = ByKind();
        var (kind, most, items) = ("", int.MaxValue, 0);
        for (var values = 1; TryRead(ref reader); values++)
        {
            if (values > MaxValues) throw new DomainException(ErrorKind.TooLarge, $"The document has more than {MaxValues} values.");
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
            {
                (kind, most, items) = ("", int.MaxValue, 0);
                foreach (var (name, _, limit) in kinds)
                {
                    if (reader.ValueTextEquals(name)) (kind, most) = (name, limit);
                }
            }
            var isItem = reader.CurrentDepth == 2
                && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject or JsonTokenType.PropertyName);
            if (isItem && ++items > most)
                throw new DomainException(ErrorKind.TooLarge, $"{kind} has more than {most} items, which is an account's limit.", kind);
        }
    }

    /// <summary>Reads on; what is no JSON ends here, and is refused where it is parsed.</summary>
    private static bool TryRead(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static DomainException Exceeded(string field, string limit, string had, string wanted) =>
        new(ErrorKind.Conflict, $"An account can have at most {limit}; this one has {had}, and would have {wanted}.", field);
}

internal sealed class DirectoryLimitsValidation : IValidateOptions<DirectoryLimits>
{
    private const int Most = 100_000;
    private const int LeastBytes = 64 * 1024;

    public ValidateOptionsResult Validate(string? name, DirectoryLimits options)
    {
        var wrong = options.ByKind().FirstOrDefault(kind => kind.Most is < 1 or > Most).Kind;
        return wrong is not null ? ValidateOptionsResult.Fail($"Limits__{wrong} must be from 1 to {Most}.")
            : options.Subscriptions > Subscription.Most
                ? ValidateOptionsResult.Fail(
                    $"Limits__subscriptions must be at most {Subscription.Most}: an event has a row for each in the transaction that it is."
                )
            : options.Bytes is < LeastBytes or > DirectoryLimits.MaxDocumentBytes / 2
                ? ValidateOptionsResult.Fail($"Limits__bytes must be from {LeastBytes} to {DirectoryLimits.MaxDocumentBytes / 2}.")
            : ValidateOptionsResult.Success;
    }
}
