import { status, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import {
  ChangePasswordResp,
  CreateResp,
  ResetPasswordResp,
  type CreateReq,
  type ResetPasswordReq,
} from '@eventstore/db-client/generated/users_pb';
import type { IUsersServer } from '@eventstore/db-client/generated/users_grpc_pb';
import { failure } from './messages';
import type { FakeEventStore } from './server';

type Handler<Request, Response> = (
  call: ServerUnaryCall<Request, Response>,
  answer: sendUnaryData<Response>,
) => void;

/** The users of a server, which only its administrators may look at and change. */
export function usersService(server: FakeEventStore): IUsersServer {
  const { users } = server.access;
  const asAdmin =
    <Request, Response>(handle: Handler<Request, Response>): Handler<Request, Response> =>
    (call, answer) => {
      const refusal = server.refusalOf(call, '$w', '$users');
      return refusal ? answer(refusal, null) : handle(call, answer);
    };
  const create: Handler<CreateReq, CreateResp> = (call, answer) => {
    const options = call.request.getOptions();
    const name = options?.getLoginName() ?? '';
    if (users.has(name)) {
      const trailers = { exception: 'user-conflict', 'login-name': name };
      return answer(failure(status.FAILED_PRECONDITION, `User '${name}' already exists.`, trailers), null);
    }
    users.set(name, { password: options?.getPassword() ?? '', groups: options?.getGroupsList() ?? [] });
    answer(null, new CreateResp());
  };
  const resetPassword: Handler<ResetPasswordReq, ResetPasswordResp> = (call, answer) => {
    const options = call.request.getOptions();
    const user = users.get(options?.getLoginName() ?? '');
    if (!user) return answer(failure(status.NOT_FOUND, 'No such user.'), null);
    users.set(options?.getLoginName() ?? '', { ...user, password: options?.getNewPassword() ?? '' });
    answer(null, new ResetPasswordResp());
  };
  const missing: Handler<unknown, ChangePasswordResp> = (_call, answer) =>
    answer(failure(status.UNIMPLEMENTED, 'Nobody has needed this yet.'), null);
  return {
    create: asAdmin(create),
    details: call => void call.emit('error', failure(status.UNIMPLEMENTED, 'Nobody has needed this yet.')),
    resetPassword: asAdmin(resetPassword),
    update: missing,
    delete: missing,
    disable: missing,
    enable: missing,
    changePassword: missing,
  };
}
