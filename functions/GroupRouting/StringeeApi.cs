using System.Text.Json.Nodes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.GroupRouting;

/// <summary>The codes in <c>r</c>: 0 is success, 5 is the vendor's, the others are ours.</summary>
internal enum ResultCode
{
    Success = 0,
    Invalid = 1,
    NotFound = 2,
    Conflict = 3,
    MethodNotAllowed = 4,
    TokenInvalid = 5,
    TooLarge = 6,
    Internal = 7,
    Unavailable = 8,
}

/// <summary>
/// Stringee's API: the caller is the account whose API key signed the token. Every answer is an envelope with HTTP 200,
/// but for a token that does not open the API, a method that is not supported, a body that came too slowly, and what is not
/// possible right now.
/// </summary>
internal sealed class StringeeApi(StringeeTokens tokens, IAfterAnswer afterAnswer, ILogger<StringeeApi> logger)
    : Api<int>(logger, afterAnswer)
{
    /// <summary>A success.</summary>
    /// <param name="more">Put behind the envelope's own members.</param>
    public static Reply Success(int accountId, string message, params (string Name, JsonNode? Value)[] more)
    {
        var body = new JsonObject { ["r"] = 0, ["message"] = message, ["project"] = accountId };
        foreach (var (name, value) in more) body[name] = value;
        return Reply.Json(body);
    }

    protected override async ValueTask<int> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var token = request.Headers["X-STRINGEE-AUTH"].ToString() is { Length: > 0 } header
            ? header
            : request.Query["access_token"].ToString();
        return await tokens.FindAsync(token.Trim()) ?? throw DomainException.Unauthenticated();
    }

    /// <summary>Refusals of a caller that is known tell its project too.</summary>
    protected override async Task<Reply> RunAsync(
        HttpRequest request,
        int accountId,
        Verbs<int> verbs,
        Func<Task<Reply>> work,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await work();
        }
        catch (DomainException error)
        {
            return Refusal(error, accountId);
        }
    }

    protected override Reply Failure(DomainException error) => error.Kind == ErrorKind.Unauthenticated
        ? Reply.Json(new { r = (int)ResultCode.TokenInvalid, message = "keySid invalid" }, status: StatusCodes.Status403Forbidden)
        : Refusal(error);

    public static Reply Refusal(DomainException error, int? accountId = null)
    {
        var body = new JsonObject { ["r"] = (int)CodeOf(error.Kind), ["message"] = error.Message };
        if (accountId is not null) body["project"] = accountId;
        var isHttp = error.Kind is ErrorKind.MethodNotAllowed or ErrorKind.TimedOut or ErrorKind.Unavailable;
        return Reply.Json(body, status: isHttp ? (int)error.Kind : StatusCodes.Status200OK);
    }

    private static ResultCode CodeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid or ErrorKind.TimedOut => ResultCode.Invalid,
        ErrorKind.NotFound => ResultCode.NotFound,
        ErrorKind.Conflict => ResultCode.Conflict,
        ErrorKind.MethodNotAllowed => ResultCode.MethodNotAllowed,
        ErrorKind.TooLarge => ResultCode.TooLarge,
        ErrorKind.Unavailable => ResultCode.Unavailable,
        _ => ResultCode.Internal,
    };
}
