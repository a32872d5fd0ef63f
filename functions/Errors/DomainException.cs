
namespace ContactRouting.Errors;

/// <summary>The ways in which a request can fail; the value is the HTTP status that most APIs answer it with.</summary>
internal enum ErrorKind
{
    Invalid = 400,
    Unauthenticated = 401,
    Forbidden = 403,
    NotFound = 404,
    MethodNotAllowed = 405,
    TimedOut = 408,
    Conflict = 409,
    PreconditionFailed = 412,
    TooLarge = 413,
    Unprocessable = 422,
    PreconditionRequired = 428,
    TooManyRequests = 429,
    Internal = 500,
    Unavailable = 503,
}

/// <summary>A refusal in the words of the domain. Each API answers it in its own shape.</summary>
/// <param name="field">The field of the request that is wrong, by its wire name.</param>
internal sealed class DomainException(ErrorKind kind, string message, string? field = null, Exception? inner = null)
    : Exception(message, inner)
{
    public ErrorKind Kind { get; } = kind;

    public string? Field { get; } = field;

    /// <summary>For <see cref="ErrorKind.MethodNotAllowed"/>: the methods that are.</summary>
    public string? Allow { get; init; }

    /// <summary>In how many seconds it is worth trying again; given for everything that is not possible right now.</summary>
    public int? RetryAfter { get; init; } = kind == ErrorKind.Unavailable ? 2 : null;

    /// <summary>For a conflict: how things stand, by names of the own API.</summary>
    public IReadOnlyDictionary<string, object?>? Current { get; init; }

    /// <summary>For a record that cannot be kept: the first of its faults; an API names its own field for it.</summary>
    public RecordFault? Fault { get; private init; }

    /// <summary>For a document: everything that is wrong in it, by JSON path.</summary>
    public IReadOnlyList<DocumentError>? Errors { get; init; }

    public static DomainException Invalid(string field, string fault) => new(ErrorKind.Invalid, $"{field} {fault}", field);

    public static DomainException Of(RecordFault fault, string? field = null)
    {
        field ??= fault.Property;
        return new(ErrorKind.Invalid, $"{field} {fault.Message}".TrimStart(), field) { Fault = fault };
    }

    /// <param name="message">What is wrong with the document as a whole.</param>
    public static DomainException Of(ErrorKind kind, string message, IReadOnlyList<DocumentError> errors) =>
        new(kind, $"{message}: {errors[0].Path} {errors[0].Problem}", errors[0].Path) { Errors = errors };

    public static DomainException NotFound(string what) => new(ErrorKind.NotFound, $"{what} not found.");

    public static DomainException Forbidden(string message) => new(ErrorKind.Forbidden, message);

    /// <param name="takes">What the path takes, as a sentence goes on; never what was wrong with what came.</param>
    public static DomainException Unauthenticated(int? retryAfter = null, string? takes = null) =>
        new(ErrorKind.Unauthenticated, takes is null ? "Authentication failed." : $"Authentication failed. This path takes {takes}.")
        {
            RetryAfter = retryAfter,
        };
}

/// <summary>What is wrong with a record.</summary>
/// <param name="Property">
/// By the names of its properties, like <c>Hours.Weekly[2].To</c> or <c>ChannelCosts["voice"]</c>; empty for the record as a whole.
/// </param>
internal sealed record RecordFault(string Property, string Message);

/// <summary>What is wrong with a part of a document.</summary>
internal sealed record DocumentError(string Path, string Problem);
