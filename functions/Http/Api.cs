using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Http;

/// <summary>
/// The way of every request of one API: method, authentication, work, and one place where a refusal gets that API's
/// error shape. It runs inside the function, because middleware cannot wrap one on the Functions host.
/// </summary>
/// <typeparam name="TCaller">Who calls, as this API authenticates it.</typeparam>
/// <param name="afterAnswer">Told of the requests of accounts; null where there are none.</param>
internal abstract partial class Api<TCaller>(ILogger logger, IAfterAnswer? afterAnswer = null)
{
    protected abstract ValueTask<TCaller> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken);

    /// <summary>The method that a request means; an API may take it from elsewhere than the request line.</summary>
    protected virtual string MethodOf(HttpRequest request) => request.Method;

    /// <summary>The account that a caller belongs to, or null.</summary>
    protected virtual int? AccountOf(TCaller caller) => caller is int accountId ? accountId : null;

    /// <exception cref="DomainException">The caller, though authentic, may not do this.</exception>
    protected virtual void Authorize(TCaller caller, string method, Verbs<TCaller> verbs)
    {
    }

    /// <summary>The error in this API's shape.</summary>
    protected abstract Reply Failure(DomainException error);

    public async Task<IResult> ServeAsync(HttpRequest request, Verbs<TCaller> verbs, CancellationToken cancellationToken)
    {
        try
        {
            var method = MethodOf(request);
            var handler = verbs.Find(method);
            var caller = await AuthenticateAsync(request, cancellationToken);
            Authorize(caller, method, verbs);
            if (AccountOf(caller) is { } accountId && afterAnswer is not null)
                request.HttpContext.Response.OnCompleted(() =>
                {
                    afterAnswer.Answered(accountId);
                    return Task.CompletedTask;
                });
            return await handler(caller);
        }
        catch (DomainException error)
        {
            var reply = Failure(error);
            if (error.Allow is { } allow) reply.With("Allow", allow);
            if (error.RetryAfter is { } pause) reply.With("Retry-After", pause.ToString(CultureInfo.InvariantCulture));
            return reply;
        }
        catch (BadHttpRequestException error)
        {
            var kind = error.StatusCode == StatusCodes.Status413PayloadTooLarge ? ErrorKind.TooLarge : ErrorKind.Invalid;
            return Failure(new DomainException(kind, "The request's body cannot be read."));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Reply.Empty(StatusCodes.Status499ClientClosedRequest);
        }
        catch (Storage.LayoutException error)
        {
            LogLayout(error);
            return Failure(new DomainException(ErrorKind.Unavailable, error.Message));
        }
        catch (Storage.ConflictException error)
        {
            LogContention(error);
            return Failure(new DomainException(ErrorKind.Unavailable, "Too many changes at once; nothing was changed. Try again."));
        }
#pragma warning disable CA1031 // Whatever else goes wrong is answered here, or the host answers an empty 500.
        catch (Exception error)
#pragma warning restore CA1031
        {
            var correlationId = Guid.NewGuid().ToString("n");
            LogUnexpected(error, correlationId);
            return Failure(new DomainException(ErrorKind.Internal, $"Internal error; its correlation id is {correlationId}."));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure, correlation id {correlationId}")]
    private partial void LogUnexpected(Exception error, string correlationId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The stored data are of another layout")]
    private partial void LogLayout(Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A change met conflicts for too long")]
    private partial void LogContention(Exception error);
}
