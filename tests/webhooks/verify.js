// Checks a callback as its receiver does: the secret, the headers and the payload come as JSON in the first argument.
const { Webhook } = require('standardwebhooks');

const { secret, headers, payload } = JSON.parse(process.argv[2]);
// At the time that the callback tells, so that no old one is refused for its age.
Date.now = () => Number(headers['webhook-timestamp']) * 1000;
try {
  new Webhook(secret).verify(payload, headers, { jsonParse: false });
  console.log('verified');
} catch (error) {
  console.log(error.message);
}
