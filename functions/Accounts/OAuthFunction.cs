using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Accounts;

/// <summary>The token endpoint's errors: RFC 6749, section 5.2, with the <c>message</c> that RingMe's clients read.</summary>
internal sealed class OAuthApi(ILogger<OAuthApi> logger) : PublicApi(logger)
{
    protected override Reply Failure(DomainException error)
    {
        var code = error switch
        {
            { Kind: ErrorKind.Unauthenticated } => "invalid_client",
            { Field: "grant_type", Message: OAuthFunction.UnsupportedGrant } => "unsupported_grant_type",
            { Kind: ErrorKind.Internal or ErrorKind.Unavailable } => "server_error",
            _ => "invalid_request",
        };
        return Reply.Json(
            new
            {
                error = code,
                error_description = error.Message,
                message = error.Message,
            },
            status: (int)error.Kind
        );
    }
}

internal sealed class OAuthFunction(OAuthApi api, TokenAuthentication tokens)
{
    public const string UnsupportedGrant = "grant_type must be client_credentials.";

    private const int MaxLength = 200;

    [Function("OAuthToken")]
    public Task<IResult> Token(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "oauth/token")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Post = _ => IssueAsync(request, cancellationToken) }, cancellationToken);

    private async Task<Reply> IssueAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadAsync(request, cancellationToken);
        if (fields.RequiredText("grant_type", MaxLength) != "client_credentials")
            throw new DomainException(ErrorKind.Invalid, UnsupportedGrant, "grant_type");
        var (clientId, clientSecret) = BasicCredentials.Read(request)
            ?? (fields.RequiredText("client_id", MaxLength), fields.RequiredText("client_secret", MaxLength));
        var token = await tokens.IssueAsync(clientId, clientSecret, cancellationToken) ?? throw DomainException.Unauthenticated();
        var body = new
        {
            access_token = token,
            expires_in = (int)TokenAuthentication.AccessTokenLife.TotalSeconds,
            token_type = "Bearer",
            scope = "all",
        };
        return Reply.Json(body);
    }
}
