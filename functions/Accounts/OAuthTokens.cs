using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Accounts;

/// <summary>Access tokens for client credentials. Source: RFC 6749, section 4.4.</summary>
internal sealed class OAuthTokens(TokenAuthentication tokens)
{
    public const string UnsupportedGrant = "grant_type must be client_credentials.";

    private const int MaxLength = 200;

    public async Task<Reply> IssueAsync(HttpRequest request, CancellationToken cancellationToken)
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
