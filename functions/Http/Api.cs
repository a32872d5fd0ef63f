using System.Globalization;
using ContactRouting.Audit;
using ContactRouting.Errors;
using ContactRouting.Storage;
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
    // What a person has to mend.
    private const int LayoutRetrySeconds = 60;

    protected abstract ValueTask<TCaller> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken);

    /// <summary>The method that a request means; an API may take it from elsewhere than the request line.</summary>
    protected virtual string MethodOf(HttpRequest request) => request.Method;

    /// <summary>As whom the audit log knows a caller.</summary>
    protected virtual AuditActor ActorOf(TCaller caller) => new(ActorKind.Client);

    /// <summary>The account that a caller belongs to, or null.</summary>
    protected virtual int? AccountOf(TCaller caller) => caller is int accountId ? accountId : null;

    /// <exception cref="DomainException">The caller, though authentic, may not do this.</exception>
    protected virtual void Authorize(HttpRequest request, TCaller caller, Verbs<TCaller> verbs)
    {
    }

    /// <summary>What the API does around every request's work: it may answer in its place, note it, or shape its refusal.</summary>
    /// <param name="work">What the resource does.</param>
    protected virtual Task<Reply> RunAsync(
        HttpRequest request,
        TCaller caller,
        Verbs<TCaller> verbs,
        Func<Task<Reply>> work,
        CancellationToken cancellationToken
    ) => work();

    /// <summary>The scheme that a 401 asks for in its header; null where a browser would ask its user then.</summary>
    protected virtual string? Challenge => null;

    /// <summary>The error in this API's shape.</summary>
    protected abstract Reply Failure(DomainException error);

    public async Task<IResult> ServeAsync(HttpRequest request, Verbs<TCaller> verbs, CancellationToken cancellationToken)
    {
        using var telemetry = new RequestTelemetry(request);
        return telemetry.Answered(await AnswerAsync(request, verbs, telemetry, cancellationToken));
    }

    private async Task<Reply> AnswerAsync(
        HttpRequest request,
        Verbs<TCaller> verbs,
        RequestTelemetry telemetry,
        CancellationToken cancellationToken
    )
    {
        using var patience = StoragePatience.Begin();
        using var life = RequestLife.Begin(cancellationToken);
        try
        {
            var handler = verbs.Find(MethodOf(request));
            var caller = await AuthenticateAsync(request, cancellationToken);
            Authorize(request, caller, verbs);
            (ActorOf(caller) with { Address = RequestOrigin.AddressOf(request) }).Act();
            if (AccountOf(caller) is { } accountId)
            {
                telemetry.Of(accountId);
                TellAfterAnswer(request.HttpContext.Response, accountId);
            }
            return await RunAsync(request, caller, verbs, () => handler(caller), cancellationToken);
        }
        catch (DomainException error)
        {
            return Refuse(error);
        }
        catch (OperationCanceledException) when (life.IsCutOff)
        {
            return Reply.Empty(StatusCodes.Status499ClientClosedRequest);
        }
        catch (OperationCanceledException) when (life.IsOver)
        {
            LogOverlong(RequestLife.Deadline);
            return Refuse(
                new DomainException(ErrorKind.Unavailable, "The request took too long; what it changed until then stays. Send it again.")
            );
        }
        catch (LayoutException error)
        {
            LogLayout(error.Message);
            return Refuse(new DomainException(ErrorKind.Unavailable, error.Message) { RetryAfter = LayoutRetrySeconds });
        }
        catch (ConflictException)
        {
            LogContention();
            return Refuse(new DomainException(ErrorKind.Unavailable, "Too many changes at once; nothing was changed. Try again."));
        }
        catch (Exception error) when (StorageUnavailableException.Of(error) is { } unavailable)
        {
            LogUnavailable(unavailable.Message);
            return Refuse(new DomainException(ErrorKind.Unavailable, "The storage does not answer right now. Try again."));
        }
#pragma warning disable CA1031 // Whatever else goes wrong is answered here, or the host answers an empty 500.
        catch (Exception error)
#pragma warning restore CA1031
        {
            var correlationId = Guid.NewGuid().ToString("n");
            LogUnexpected(error, correlationId);
            return Refuse(new DomainException(ErrorKind.Internal, $"Internal error; its correlation id is {correlationId}."));
        }
    }

    private void TellAfterAnswer(HttpResponse response, int accountId)
    {
        if (afterAnswer is null) return;
        response.OnCompleted(() =>
        {
            afterAnswer.Answered(accountId);
            return Task.CompletedTask;
        });
    }

    private Reply Refuse(DomainException error)
    {
        var reply = Failure(error);
        if (error.Allow is { } allow) reply.With("Allow", allow);
        if (error.Kind == ErrorKind.Unauthenticated && Challenge is { } challenge) reply.With("WWW-Authenticate", challenge);

        // What is left of the body is waited for no more.
        if (error.Kind == ErrorKind.TimedOut) reply.With("Connection", "close");
        if (error.RetryAfter is { } pause) reply.With("Retry-After", pause.ToString(CultureInfo.InvariantCulture));
        return reply;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure, correlation id {correlationId}")]
    private partial void LogUnexpected(Exception error, string correlationId);

    [LoggerMessage(Level = LogLevel.Error, Message = "{cause}")]
    private partial void LogLayout(string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request wrote for more than {deadline}")]
    private partial void LogOverlong(TimeSpan deadline);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{cause}")]
    private partial void LogUnavailable(string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A change met conflicts for too long")]
    private partial void LogContention();
}
