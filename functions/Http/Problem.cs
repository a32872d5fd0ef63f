using System.Text.Json;
using System.Text.Json.Serialization;
using ContactRouting.Errors;

namespace ContactRouting.Http;

/// <summary>The error shape of our own API: problem+json (RFC 9457) with a stable type and the field that is wrong.</summary>
internal static class Problem
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static Reply From(DomainException error)
    {
        var (type, title) = Describe(error.Kind);
        return Reply.Json(
            new
            {
                type = $"urn:contactrouting:{type}",
                title,
                status = (int)error.Kind,
                detail = error.Message,
                field = error.Field,
                current = error.Current,
                errors = error.Errors,
            },
            Json,
            (int)error.Kind,
            "application/problem+json"
        );
    }

    private static (string Type, string Title) Describe(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => ("invalid-request", "The request is not valid"),
        ErrorKind.Unauthenticated => ("unauthenticated", "Authentication failed"),
        ErrorKind.Forbidden => ("forbidden", "Not allowed"),
        ErrorKind.NotFound => ("not-found", "Not found"),
        ErrorKind.MethodNotAllowed => ("method-not-allowed", "Method not supported"),
        ErrorKind.TimedOut => ("timed-out", "The request came too slowly"),
        ErrorKind.Conflict => ("conflict", "In conflict with the current state"),
        ErrorKind.PreconditionFailed => ("precondition-failed", "Changed since it was read"),
        ErrorKind.Unprocessable => ("idempotency-key-reused", "The idempotency key was used for another request"),
        ErrorKind.PreconditionRequired => ("precondition-required", "A precondition is required"),
        ErrorKind.TooManyRequests => ("too-many-requests", "Too many requests"),
        ErrorKind.TooLarge => ("too-large", "The request is too large"),
        ErrorKind.Unavailable => ("unavailable", "Not possible right now"),
        _ => ("internal", "Internal error"),
    };
}
